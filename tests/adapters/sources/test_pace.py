import pytest

from adapters.errors import SourceFailed
from adapters.sources.pace import Pace


def paced(*arrivals: tuple[float, int]) -> None:
    """Arrivals as seconds and bytes, of which 100 a second are to come over any 10 seconds."""
    now = [0.0]
    pace = Pace("example.org", 10, 100, lambda: now[0])
    for seconds, arrived in arrivals:
        now[0] = seconds
        pace.count(arrived)


def test_a_file_that_comes_in_bursts_is_fine() -> None:
    paced((1, 5), (9, 5), (10, 1_000), (11, 0), (19, 2_000), (20.5, 0))


@pytest.mark.parametrize("arrivals", [[(10.0, 999)], [(29.0, 1), (58.0, 1)], [(10.0, 5_000), (15.0, 10), (21.0, 10)]])
def test_a_file_that_drips_is_given_up(arrivals: list[tuple[float, int]]) -> None:
    with pytest.raises(SourceFailed, match=r"example\.org sends the file too slowly"):
        paced(*arrivals)
