"""Names of units in every form that offices use."""

from __future__ import annotations

from pathlib import Path

import pytest

from gy1100.resources import shipped
from gy1100.units import Unit, Units, load_units

FOLDER = Path(shipped("data", "rulebooks", "guangyuan-2017"))
UNITS = load_units(FOLDER)
PARK = "市天然气综合利用工业园区"
ZONE = "广元经济技术开发区"


def test_a_unit_above_that_is_a_place_too() -> None:
    """Describing the province changes nothing of what may stand before a name."""
    province = Unit(name="四川省", code="510000", label_en="Sichuan", kind="province")
    own = tuple(unit.model_copy(update={"within": "四川省"}) for unit in UNITS)
    units = Units(own, UNITS.places, [province])
    assert units.match("四川省广元市利州区").unit == "利州区" == units.match("广元市利州区").unit


def test_official_order_and_codes() -> None:
    """Nine units in the order of their codes, the zones last."""
    assert UNITS.names == ("利州区", "昭化区", "朝天区", "旺苍县", "青川县", "剑阁县", "苍溪县", ZONE, PARK)
    assert [unit.code for unit in UNITS][:7] == sorted(unit.code for unit in UNITS)[:7]
    assert {unit.kind for unit in UNITS} == {"district", "county", "zone"}
    assert UNITS[0].label == {"zh": "利州区", "en": "Lizhou"}
    assert len(UNITS) == 9


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("利州区", "利州区"),
        ("利州", "利州区"),
        ("市中区", "利州区"),
        ("广元市市中区", "利州区"),
        ("元坝区", "昭化区"),
        ("元坝", "昭化区"),
        ("广元市昭化区", "昭化区"),
        ("四川省广元市苍溪县", "苍溪县"),
        ("四川省广元市苍溪", "苍溪县"),
        ("苍\u3000溪\u3000县", "苍溪县"),
        (" 旺苍县 ", "旺苍县"),
        ("团利州区委", "利州区"),
        ("共青团苍溪县委", "苍溪县"),
        ("苍溪团县委", "苍溪县"),
        ("利州团区委", "利州区"),
        ("共青团广元市利州区委员会", "利州区"),
        ("共青团剑阁县委员会", "剑阁县"),
        ("利州区团委", "利州区"),
        ("昭化区团委", "昭化区"),
        ("青川", "青川县"),
        ("广元市青川县", "青川县"),
        ("510812", "朝天区"),
        ("经开区", ZONE),
        ("广元经开区", ZONE),
        ("广元市经济技术开发区", ZONE),
        ("广元经济技术开发区团委", ZONE),
        ("共青团广元经济技术开发区工作委员会", ZONE),
        ("天然气工业园区", PARK),
        ("工业园区", PARK),
        ("广元市天然气综合利用工业园区", PARK),
        ("天然气综合利用工业园区", PARK),
        ("市天然气综合利用工业园区团委", PARK),
    ],
)
def test_forms(written: str, unit: str) -> None:
    """Each form is the unit."""
    assert UNITS.match(written).unit == unit


def test_every_form_is_of_one_unit() -> None:
    """No form made from the units' names fits two units, but for names that are ambiguous by themselves."""
    shared = {form for unit in UNITS for form in unit.forms(UNITS.places) if UNITS.match(form).unit is None}
    assert all("开发区" in form for form in shared)
    assert all(
        UNITS.match(form).unit in (unit.name, None) for unit in UNITS for form in unit.forms(UNITS.places)
    )


def test_two_units() -> None:
    """开发区 may be either zone."""
    assert UNITS.match("开发区") == (None, (ZONE, PARK))


@pytest.mark.parametrize(
    "written", ["阆中市", "广元市", "县", "", "../../../tmp/x", "利州区、昭化区", "苍溪区", "剑阁区"]
)
def test_no_unit(written: str) -> None:
    """Anything else fits none, and the nearest are named."""
    unit, nearest = UNITS.match(written)
    assert unit is None
    assert set(nearest) <= set(UNITS.names)
    assert nearest


def test_nearest() -> None:
    """A slip of the pen finds the unit meant among the nearest."""
    assert "苍溪县" in UNITS.match("仓溪县").nearest
    assert UNITS.match("团剑阁委县").nearest[0] == "剑阁县"


def test_names_once(tmp_path: Path) -> None:
    """A rulebook that names a unit twice is refused."""
    entry = "- {name: 甲县, code: '1', kind: county, label_en: A}\n"
    (tmp_path / "units.yaml").write_text("units:\n" + entry * 2, "utf-8")
    with pytest.raises(ValueError, match="twice"):
        load_units(tmp_path)
