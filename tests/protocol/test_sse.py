import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import sse
from protocol.errors import BadAnswer
from protocol.events import Event, Queued
from tests.protocol.strategies import any_events

LINE_ENDS = (b"\n", b"\r\n", b"\r")


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[Event], list[bytes]]:
    """Events, and their bytes cut anywhere, with keep-alives between and any line end."""
    wanted = draw(st.lists(any_events, max_size=4))
    sent = b"".join(draw(st.sampled_from((b"", sse.KEEP_ALIVE))) + sse.encode(event) for event in wanted)
    sent = sent.replace(b"\n", draw(st.sampled_from(LINE_ENDS)))
    cuts = sorted(draw(st.lists(st.integers(0, len(sent)), max_size=12)))
    return wanted, [sent[start:end] for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True)]


@given(streams())
def test_any_chunking_and_line_end_gives_the_same_events(stream: tuple[list[Event], list[bytes]]) -> None:
    wanted, chunks = stream
    decoder = sse.Decoder()
    assert [event for chunk in chunks for event in decoder.feed(chunk)] == wanted


@pytest.mark.parametrize("end", LINE_ENDS)
def test_byte_by_byte_gives_each_event_once(end: bytes) -> None:
    decoder = sse.Decoder()
    sent = (sse.encode(Queued(1)) + sse.KEEP_ALIVE + sse.encode(Queued(0))).replace(b"\n", end)
    assert [event for byte in sent for event in decoder.feed(bytes([byte]))] == [Queued(1), Queued(0)]


def test_an_event_is_given_as_soon_as_its_last_line_end_is_there() -> None:
    decoder = sse.Decoder()
    assert decoder.feed(sse.encode(Queued(1))[:-1]) == []
    assert decoder.feed(b"\n") == [Queued(1)]


def test_data_over_several_lines_is_one_event() -> None:
    sent = b'id: 4\ndata: {"type": "image_generation.queued",\ndata:"place": 3}\n\n'
    assert sse.Decoder().feed(sent) == [Queued(3)]


@pytest.mark.parametrize(
    "sent",
    [b"data: {\n\n", b"data: " + b"[" * 100_000 + b"\n\n", b"data: \xff\n\n", b"data: []\n\n", b"data: [DONE]\n\n"],
)
def test_what_is_no_event_is_a_bad_answer(sent: bytes) -> None:
    with pytest.raises(BadAnswer):
        sse.Decoder().feed(sent)


def test_an_event_without_end_is_not_held_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "_LONGEST", 1000)
    decoder = sse.Decoder()
    assert decoder.feed(b"data: " + b"x" * 990) == []
    with pytest.raises(BadAnswer):
        decoder.feed(b"x" * 10)
