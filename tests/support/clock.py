"""A clock that a test moves by hand."""


class Clock:
    """Gives `now` until the test sets another."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now
