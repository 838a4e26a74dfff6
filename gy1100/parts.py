"""Parts: every scored thing as *done of due*, one shape for all items (outputs.md, parts.csv)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .engine import number

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

    from .rules import AnyComponent
    from .validity import Frame

COLUMNS = (
    "unit", "component", "holder", "period", "done", "due", "share", "split", "emphasised", "factor", "note", "decided",
)  # fmt: skip


def share_of(done: ir.NumericValue, due: ir.NumericValue, *, nothing_due: float = 0.0) -> ir.NumericValue:
    """Return done of due, at most 1 (四.3: credit stops at what is due); ``nothing_due`` where nothing is due."""
    import ibis

    return (due > 0).ifelse(ibis.least(done / due.nullif(0), number(1)), number(nothing_due))


def parts(component: AnyComponent, rows: ibis.Table, **columns: Any) -> ibis.Table:
    """Return the parts of a component in the one shape that all parts share.

    Parameters
    ----------
    component : Component
        Whose parts they are.
    rows : ibis.Table
        One row a part, with ``unit``.
    **columns
        ``done`` (null = unknown) and ``due``; optional ``holder`` (cadre, element), ``period``, ``share``, ``split``
        (what the part weighs inside its holder, default 1), ``emphasised`` (its holder weighs more, default no),
        ``factor`` (default 1), ``note`` (a code), ``decided`` (a share that a decision sets).
    """
    import ibis

    def column(name: str, kind: str, default: Any = None) -> ir.Value:
        value = columns.get(name, default)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return number(value)
        return (value if isinstance(value, ibis.Expr) else ibis.literal(value, kind)).cast(kind)

    done, due = column("done", "float64"), column("due", "float64")
    share = column("share", "float64") if "share" in columns else share_of(done, due)
    return rows.select(
        "unit",
        component=ibis.literal(component.id),
        holder=column("holder", "string"),
        period=column("period", "string"),
        done=done,
        due=due,
        share=done.isnull().ifelse(number(0), share),
        split=column("split", "float64", 1.0),
        emphasised=column("emphasised", "boolean", False),
        factor=column("factor", "float64", 1.0),
        note=column("note", "string"),
        decided=column("decided", "float64"),
    )


def part_name(rows: ibis.Table, component: ir.StringValue) -> ir.StringValue:
    """Return what parts, or the rows behind them, are called: ``holder/period``, either alone, else the component."""
    import ibis

    return ibis.coalesce(rows.holder + "/" + rows.period, rows.holder, rows.period, component)


def without_evidence(rows: ibis.Table) -> ibis.Table:
    """Return parts as unknown: nothing was delivered that could fill them."""
    import ibis

    unknown = {
        "done": ibis.literal(None, "float64"),
        "share": number(0),
        "factor": number(1),
        "note": ibis.literal("no_evidence"),
    }
    return rows.mutate(**unknown).select(*COLUMNS)


def is_fed(frame: Frame, component: AnyComponent) -> bool:
    """Return whether every table that feeds a component was delivered (tables.md, last part)."""
    present: frozenset[str] = frame.evidence.present
    return present.issuperset(component.fed_by)
