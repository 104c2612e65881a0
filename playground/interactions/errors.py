"""What a person cannot do, with a sentence that says why."""


class Refused(Exception):
    """`status` is that of HTTP: 400 asked wrongly, 403 may not, 404 not there, 409 too late."""

    status = 400

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class MayNot(Refused):
    status = 403


class NotThere(Refused):
    status = 404


class TooLate(Refused):
    status = 409
