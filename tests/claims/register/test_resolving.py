"""The register answers what the pure rules answer; that is all it may do, and all of it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import authz_server
from claims.assurance import Loa
from claims.instants import parse_instant
from claims.question import Question
from claims.register import lookup, resolving
from claims.representation import Representation
from claims.resolution import Broken, Resolution
from claims.world import World
from claims.world import resolve as resolve_in_memory
from claims.worldfile import NothingKnown, parse
from keys.storage import Connected, Database
from tests.support.register import landed

TODAY = parse_instant("2026-11-23T12:00:00Z")
DEMO = Path(authz_server.__file__).parent / "demo" / "world.json"


def demo_document() -> dict[str, list[dict[str, object]]]:
    document: dict[str, list[dict[str, object]]] = json.loads(DEMO.read_text())
    return document


def in_memory(document: object) -> World:
    world = parse(document, NothingKnown())
    assert isinstance(world, World)
    return world


def without_recorded_at(resolution: Resolution) -> Resolution:
    return Resolution(
        resolution.own,
        tuple(
            replace(one, links=tuple(replace(link, recorded_at=0) for link in one.links))
            for one in resolution.representations
        ),
    )


def ask(db: Connected, acting: str, service: str, **changes: object) -> Question:
    found = lookup.service(db, service)
    assert found is not None
    question = Question(acting, found, TODAY, Loa.SUBSTANTIAL)
    return replace(question, **changes)  # type: ignore[arg-type]


def test_the_try_out_world_is_answered_as_the_pure_rules_answer_it(database: Database) -> None:
    document = demo_document()
    landed(database, document, now=TODAY)
    world = in_memory(document)
    persons = [party.id for party in world.parties.values() if party.kind == "person"]

    with database.reading() as db:
        for person in persons:
            for service in world.services.values():
                question = Question(person, service, TODAY, Loa.SUBSTANTIAL, f"{person}-password")
                answer = resolving.resolve(db, question)
                assert resolve_in_memory(world, question) == without_recorded_at(answer)
                for one in answer.representations[:5]:
                    assert one in resolving.check(db, question, one.represented)
                    assert one == resolving.stands(
                        db, question, represented=one.represented, branch=one.branch, path=one.path
                    )


def test_r18_pages_together_are_the_whole_answer(database: Database) -> None:
    landed(database, demo_document(), now=TODAY)

    with database.reading() as db:
        question = ask(db, "eva", "vat-return")
        pages: list[Representation] = []
        after: str | None = None
        while True:
            page = resolving.choices(db, question, after=after, limit=7)
            assert len(page.representations) <= 7
            assert all(one.represented in page.parties for one in page.representations)
            pages += page.representations
            if (after := page.next) is None:
                break

        assert list(resolving.resolve(db, question).representations) == pages
        assert len(pages) > 100


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("korenbloem", {"bakery"}),
        ("KORENBLÓEM", {"bakery"}),
        ("voorbeeldstad korenbloem", set()),
        ("%", set()),
        ("_", set()),
    ],
)
def test_r18_a_search_finds_part_of_a_name(database: Database, search: str, found: set[str]) -> None:
    landed(database, demo_document(), now=TODAY)

    with database.reading() as db:
        page = resolving.choices(db, ask(db, "eva", "vat-return"), search=search)

    assert found == {one.represented for one in page.representations}


def test_a_path_that_is_another_partys_does_not_stand(database: Database) -> None:
    landed(database, demo_document(), now=TODAY)

    with database.reading() as db:
        question = ask(db, "eva", "vat-return")
        answers = resolving.resolve(db, question).representations
        first, second = [one for one in answers if one.through == "peeters"][:2]

        for path in [(), ("nothing",), (*first.path, "nothing"), first.path[:1], second.path]:
            answer = resolving.stands(db, question, represented=first.represented, branch=None, path=path)
            assert isinstance(answer, Broken)
        other_branch = resolving.stands(
            db, question, represented=first.represented, branch="000012345678", path=first.path
        )
        assert isinstance(other_branch, Broken)
