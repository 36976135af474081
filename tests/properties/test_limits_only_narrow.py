"""Whatever the chain: what an answer allows lies within the limits of every link of its path (R21)."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from claims import world
from claims.instants import day_of
from tests.properties.comparing import over_worlds, question_of
from tests.properties.test_worlds_in_memory import read
from tests.properties.worlds import questions, worlds


@over_worlds
@given(st.data())
def test_r21_no_answer_is_wider_than_any_link_of_its_path(data: st.DataObject) -> None:
    document = data.draw(worlds())
    ours = read(document)
    for asked in data.draw(st.lists(questions(document), min_size=1, max_size=5)):
        question = question_of(asked, ours.services)
        for answer in world.resolve(ours, question).representations:
            links = [ours.links[id] for id in answer.path]
            assert answer.limits.kinds == {kind for one in links for kind in one.limits.kinds}
            assert answer.limits.kinds <= question.service.understands
            for one in links:
                assert answer.limits.within(one.limits)
                assert one.limits.case in (None, answer.limits.case)
                assert one.limits.amount is None or (answer.limits.amount or 0) <= one.limits.amount
            days = answer.limits.days
            if days is None:
                continue
            today = day_of(question.at)
            assert days.holds(today)
            for later in range(1000):
                day = today + timedelta(days=later)
                if days.holds(day):
                    assert all(one.limits.days is None or one.limits.days.holds(day) for one in links)
            assert answer.until is not None
            assert all(
                days.holds(today + timedelta(days=n))
                for n in range((day_of(answer.until - 1) - today).days + 1)
            )
