"""One HTML file from an executed notebook or a fragment: code hidden, everything inside, nothing asked from outside."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from .markup import Fragment, asset, style_and_script, tag

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)
_TEMPLATE = Path(__file__).with_name("template")
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)


def to_html(notebook_path: str | Path, title: str = "", lang: str = "zh") -> str:
    """Return an executed notebook as one self-contained page.

    Parameters
    ----------
    notebook_path : str or Path
        The executed notebook.
    title : str
        Title of the page; empty takes the first heading that a cell showed (it carries the sample's mark).
    lang : str
        ``zh`` or ``en``; headings are taken from the cells' metadata for ``en``.
    """
    import nbformat

    notebook = nbformat.read(notebook_path, as_version=4)  # type: ignore[no-untyped-call]
    _translate(notebook, lang)
    page = {
        "title": title or _first_heading(notebook) or Path(notebook_path).stem,
        "lang": "zh-CN" if lang == "zh" else lang,
        "policy": POLICY,
        "style": asset("page.css"),
    }
    html, _ = _exporter().from_notebook_node(notebook, {"page": page})
    return str(html)


def fragment_page(fragment: Fragment, title: str, lang: str = "zh") -> str:
    """Return a fragment as one self-contained page with the same style and policy."""
    head = tag("title", title) + tag("style", asset("page.css")) + style_and_script()
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f'{head}\n</head>\n<body>\n<main class="gy gy-page">\n{fragment.html}\n</main>\n</body>\n</html>\n'
    )


def _translate(notebook: Any, lang: str) -> None:
    for cell in notebook.cells:
        cell.source = cell.metadata.get(lang, cell.source) if cell.cell_type == "markdown" else cell.source


def _first_heading(notebook: Any) -> str:
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    for output in outputs:
        found = _HEADING.search("".join(output.get("data", {}).get("text/html", "")))
        if found:
            return unescape(re.sub(r"<[^>]+>", " ", found[1])).strip()
    return ""


@cache
def _exporter() -> Any:
    """Return nbconvert's plain template exporter: its HTML exporter would parse each long page again."""
    from nbconvert.exporters import TemplateExporter
    from traitlets.config import Config

    settings = Config({"TemplateExporter": {"preprocessors": [], "default_preprocessors": []}})
    return TemplateExporter(  # type: ignore[no-untyped-call]
        config=settings,
        template_name=_TEMPLATE.name,
        extra_template_basedirs=[str(_TEMPLATE.parent)],
        template_extension=".html.j2",
        template_file="index.html.j2",
    )
