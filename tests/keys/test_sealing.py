import pytest

from keys.sealing import KeyedDigest, Sealer, Unsealable

KEY = bytes(range(32))
OTHER = bytes(range(1, 33))


def test_what_was_sealed_opens_at_its_own_place() -> None:
    sealer = Sealer(KEY)

    sealed = sealer.seal(b"a private key", context="keys_keys/1/private")

    assert b"a private key" == sealer.open(sealed, context="keys_keys/1/private")
    assert "private" not in sealed


def test_what_was_moved_to_another_row_does_not_open() -> None:
    sealed = Sealer(KEY).seal(b"x", context="keys_keys/1/private")

    with pytest.raises(Unsealable, match="moved"):
        Sealer(KEY).open(sealed, context="keys_keys/2/private")


def test_another_key_does_not_open_it_and_is_named() -> None:
    sealed = Sealer(KEY).seal(b"x", context="c")

    with pytest.raises(Unsealable, match=Sealer(KEY).key_id):
        Sealer(OTHER).open(sealed, context="c")


def test_a_former_key_opens_but_no_longer_seals() -> None:
    sealed = Sealer(KEY).seal(b"x", context="c")
    changed = Sealer(OTHER, former=[KEY])

    assert b"x" == changed.open(sealed, context="c")
    assert changed.seal(b"x", context="c").startswith(f"s1.{Sealer(OTHER).key_id}.")


def test_the_same_value_never_seals_to_the_same_text() -> None:
    sealer = Sealer(KEY)

    assert sealer.seal(b"x", context="c") != sealer.seal(b"x", context="c")


@pytest.mark.parametrize(
    "damaged", ["", "s1", "s1.x", "s2.a.b", "plain", "s1.{id}.", "s1.{id}.!!!", "s1.{id}.AAAA"]
)
def test_what_is_no_sealed_value_is_refused(damaged: str) -> None:
    sealer = Sealer(KEY)

    with pytest.raises(Unsealable):
        sealer.open(damaged.format(id=sealer.key_id), context="c")


def test_one_changed_character_is_noticed() -> None:
    sealer = Sealer(KEY)
    sealed = sealer.seal(b"x" * 32, context="c")
    changed = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]

    with pytest.raises(Unsealable):
        sealer.open(changed, context="c")


def test_keys_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(b"short")


def test_a_digest_tells_apart_parts_that_join_to_the_same_text() -> None:
    digest = KeyedDigest(KEY)

    assert digest.of("ab", "c") != digest.of("a", "bc")
    assert digest.of("abc") != digest.of("abc", "")
    assert digest.of("ab", "c") == KeyedDigest(KEY).of("ab", "c")
    assert digest.of("ab", "c") != KeyedDigest(OTHER).of("ab", "c")
    assert 43 == len(digest.of("x"))


def test_no_repr_shows_a_key() -> None:
    assert KEY.hex() not in repr(Sealer(KEY)) + repr(KeyedDigest(KEY))
    assert repr(KEY) not in repr(Sealer(KEY)) + repr(KeyedDigest(KEY))
