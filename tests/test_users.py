"""Who may log in: names, passwords and roles in a file that only its owner reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gy1100 import users as users_module
from gy1100.errors import NothingToRead, WrongUsage
from gy1100.users import (
    Throttle,
    User,
    add_user,
    change_password,
    first_user,
    read_users,
    remove_user,
)

SECRET = "长江之畔2017"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash at little cost, so that the tests are quick."""
    monkeypatch.setattr(users_module, "_COSTS", {"n": 2**4, "r": 8, "p": 1})
    monkeypatch.delenv("GY1100_PASSWORD", raising=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a users file may be made."""
    return tmp_path / "review" / "users.json"


def test_who_was_added_logs_in_with_the_password_alone(path: Path) -> None:
    """Name and password together give the user; a wrong one of either gives nobody."""
    add_user(User("王评", "assessor", "剑阁县"), SECRET, path)
    known = read_users(path)
    assert known.authenticate("王评", SECRET) == User("王评", "assessor", "剑阁县")
    assert known.authenticate("王评", SECRET + " ") is None
    assert known.authenticate("王", SECRET) is None and known.authenticate("", "") is None
    assert known.homes() == {"王评": "剑阁县"}


def test_no_password_is_in_the_file_and_only_its_owner_reads_it(path: Path) -> None:
    """The file holds a salted hash, never the password, and has mode 600."""
    for name in ("甲", "乙"):
        add_user(User(name, "viewer"), SECRET, path)
    content = path.read_text("utf-8")
    kept = [entry["password"] for entry in json.loads(content)["users"].values()]
    assert SECRET not in content and kept[0]["hash"] != kept[1]["hash"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["users.json"]


def test_names_are_one_in_any_case_width_and_form(path: Path) -> None:
    """Upper and lower case, full width and composed letters make no second user."""
    add_user(User(" José ", "assessor"), SECRET, path)
    for name in ("JOSÉ", "jose\u0301", "Ｊｏｓé"):
        assert read_users(path).authenticate(name, SECRET) == User("José", "assessor")
        with pytest.raises(WrongUsage):
            add_user(User(name, "viewer"), SECRET, path)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "王\u200b评", "王\u202e评", "x" * 41, "a\ud800"])
def test_names_that_could_deceive_are_refused(path: Path, name: str) -> None:
    """A name is not empty, not too long, and holds nothing that cannot be seen."""
    with pytest.raises(WrongUsage):
        add_user(User(name, "assessor"), SECRET, path)
    assert not path.exists()


def test_all_that_is_wrong_with_a_user_is_said_at_once(path: Path) -> None:
    """Role, name and password are each named."""
    with pytest.raises(WrongUsage) as refused:
        add_user(User("", "boss"), "short", path)  # type: ignore[arg-type]
    assert len(str(refused.value).splitlines()) == 3


def test_users_are_removed_and_get_new_passwords(path: Path) -> None:
    """A new password replaces the old one; who is removed cannot log in; unknown names are said."""
    add_user(User("甲", "viewer"), SECRET, path)
    change_password("甲", SECRET + "new", path)
    assert read_users(path).authenticate("甲", SECRET) is None
    assert read_users(path).authenticate("甲", SECRET + "new") is not None
    assert remove_user("甲", path).name == "甲" and list(read_users(path)) == []
    for change in (lambda: remove_user("甲", path), lambda: change_password("甲", SECRET, path)):
        with pytest.raises(WrongUsage):
            change()


def test_unknown_names_cost_what_known_ones_cost(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For an unknown name a hash of the same costs is computed, so that time does not tell who is known."""
    add_user(User("甲", "viewer"), SECRET, path)
    known, costs = read_users(path), []
    hashed = users_module._hashed
    monkeypatch.setattr(users_module, "_hashed", lambda p, s, c: costs.append(dict(c)) or hashed(p, s, c))
    known.authenticate("甲", "x"), known.authenticate("乙", "x")
    assert len(costs) == 2 and costs[0] == costs[1]


def test_the_first_user_is_made_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first run makes the assessor admin with a password to print; later runs make nobody."""
    made = first_user(path)
    assert made is not None and len(made[1]) >= 16
    assert read_users(path).authenticate("admin", made[1]) == User("admin", "assessor")
    assert first_user(path) is None
    path.unlink()
    monkeypatch.setenv("GY1100_PASSWORD", SECRET)
    assert first_user(path) == (User("admin", "assessor"), "")
    assert read_users(path).authenticate("admin", SECRET) is not None


def test_rights_follow_the_role() -> None:
    """Assessors judge; viewers contest for their own unit alone."""
    viewer = User("看", "viewer", "剑阁县")
    assert User("评", "assessor").may("set_item", "剑阁县")
    assert viewer.may("contest", "剑阁县") and not viewer.may("contest", "利州区")
    assert not viewer.may("set_item", "剑阁县") and not User("看", "viewer").may("contest", "")


def test_a_file_that_is_none_is_said(path: Path) -> None:
    """A missing and a damaged users file are said in words."""
    with pytest.raises(NothingToRead):
        read_users(path)
    path.parent.mkdir()
    for text in ("", "[]", '{"users": []}', '{"users": {"a": {}}}'):
        path.write_text(text)
        with pytest.raises(WrongUsage):
            read_users(path)


def test_who_guesses_must_wait_longer_each_time() -> None:
    """Five failures are free; then the wait doubles up to its limit, ends by itself, and success forgets it."""
    now = [0.0]
    throttle = Throttle(clock=lambda: now[0])
    waits = []
    for _ in range(20):
        throttle.failed("王评", "10.0.0.1")
        waits.append(throttle.wait("王评", "10.0.0.2"))
    assert waits[:4] == [0.0] * 4 and waits[4:8] == [1.0, 2.0, 4.0, 8.0] and max(waits) == throttle.longest
    assert throttle.wait("李核", "10.0.0.1") > 0 and throttle.wait("李核", "10.0.0.3") == 0
    now[0] += throttle.longest
    assert throttle.wait("王评") == 0
    throttle.failed("王评")
    throttle.succeeded("王评")
    throttle.failed("王评")
    assert throttle.wait("王评") == 0


def test_the_command_adds_lists_and_removes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`gy1100 users` adds with a unit in any of its names, lists without a hash, changes and removes."""
    from gy1100.cli import face

    monkeypatch.setenv("GY1100_PASSWORD", SECRET)
    run, file = CliRunner(), ["--file", str(path)]
    added = run.invoke(face, ["users", "add", "王评", "--role", "assessor", "--unit", "剑阁", *file])
    assert added.exit_code == 0, added.output
    listed = run.invoke(face, ["users", "list", *file]).output
    assert "王评" in listed and "剑阁县" in listed and "assessor" in listed and SECRET not in listed
    assert run.invoke(face, ["users", "passwd", "王评", *file]).exit_code == 0
    assert run.invoke(face, ["users", "remove", "王评", *file]).exit_code == 0
    assert list(read_users(path)) == []


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["add", "王评", "--role", "boss"], 2),
        (["add", "王评", "--role", "viewer", "--unit", "阆中市"], 2),
        (["add", "", "--role", "viewer"], 2),
        (["remove", "nobody"], 66),
    ],
)
def test_the_command_says_what_is_wrong(
    path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], status: int
) -> None:
    """Wrong roles, units and names are wrong usage; without a users file there is nothing to read."""
    from gy1100.cli import run

    monkeypatch.setenv("GY1100_PASSWORD", SECRET)
    assert run(["users", *words, "--file", str(path)]) == status
    assert not path.exists()


def test_the_password_is_asked_without_echo_and_twice(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a terminal the password is typed twice and never shown; without one the command says what to set."""
    from gy1100 import cli_users
    from gy1100.cli import face, run

    add = ["users", "add", "王评", "--role", "viewer", "--file", str(path)]
    assert run(add) == 2 and not path.exists()
    monkeypatch.setattr(cli_users, "in_terminal", lambda: True)
    typed = CliRunner().invoke(face, add, input=f"{SECRET}\n{SECRET}\n")
    assert typed.exit_code == 0 and SECRET not in typed.output
    assert read_users(path).authenticate("王评", SECRET) is not None
