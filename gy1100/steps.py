"""Steps of a computation, kept with the choices that each asked for: what no change bears on is not done again.

A step learns what it depends on by being watched, so that no list of dependencies can go stale: every reading or
decision that its making looked at, itself or through another step, is noted beside the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar, overload

T = TypeVar("T")
Choices = Mapping[str, Any]


class Watched(Mapping[str, Any]):
    """Choices that note who asks for them."""

    def __init__(self, choices: Choices, steps: Steps) -> None:
        self._choices, self._steps = choices, steps

    def __getitem__(self, name: str) -> Any:
        chosen = self._choices[name]
        self._steps.note({name: chosen})
        return chosen

    def __iter__(self) -> Iterator[str]:
        return iter(self._choices)

    def __len__(self) -> int:
        return len(self._choices)


@dataclass(frozen=True)
class Kept(Generic[T]):
    """A result and the choices under which it holds."""

    value: T
    asked: Choices

    def holds(self, choices: Choices) -> bool:
        """Return whether the result is the same under these choices."""
        return all(choices.get(name) == chosen for name, chosen in self.asked.items())


@dataclass
class Steps:
    """The steps of one evidence and day, under any choices."""

    _kept: dict[str, list[Kept[Any]]] = field(default_factory=dict)
    _watching: list[dict[str, Any]] = field(default_factory=list)

    def note(self, asked: Choices) -> None:
        """Note choices for every step that is being made."""
        for notes in self._watching:
            notes.update(asked)

    def find(self, name: str, choices: Choices) -> Kept[Any] | None:
        """Return what was kept of a step under these choices, None where it must be made."""
        kept = next((k for k in self._kept.get(name, ()) if k.holds(choices)), None)
        if kept is not None:
            self.note(kept.asked)
        return kept

    def keep(self, name: str, value: T, asked: Choices) -> Kept[T]:
        """Keep a result with the choices that it depends on."""
        kept = Kept(value, dict(asked))
        self._kept.setdefault(name, []).append(kept)
        return kept

    def get(self, name: str, choices: Choices, make: Callable[[], T]) -> Kept[T]:
        """Return a step's result, made at most once for the choices that it asks for."""
        kept = self.find(name, choices)
        if kept is not None:
            return kept
        asked: dict[str, Any] = {}
        self._watching.append(asked)
        try:
            value = make()
        finally:
            self._watching.pop()
        return self.keep(name, value, asked)


class Holder(Protocol):
    """What has steps."""

    @property
    def steps(self) -> Steps: ...

    @property
    def choices(self) -> Choices: ...


class step(Generic[T]):  # noqa: N801 - used as a decorator, like property
    """A property whose value is a step of its holder."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.make, self.__doc__ = make, make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = f"{owner.__name__}.{name}"

    @overload
    def __get__(self, holder: None, owner: type) -> step[T]: ...

    @overload
    def __get__(self, holder: Holder, owner: type) -> T: ...

    def __get__(self, holder: Holder | None, owner: type) -> step[T] | T:
        if holder is None:
            return self
        return holder.steps.get(self.name, holder.choices, lambda: self.make(holder)).value
