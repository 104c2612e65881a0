import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from adapters.errors import SourceRefused
from adapters.sources.hosts import checked, host_of, on_list
from adapters.sources.rules import Rules
from protocol.errors import InvalidRequest

LIST = ("example.org", ".cdn.example.org")


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org",
        "https://EXAMPLE.org/a/b?c=d#e",
        "https://example.org:443/",
        "https://a.cdn.example.org/",
        "https://b.a.cdn.example.org/",
    ],
)
def test_a_host_on_the_list_may_be_asked(text: str) -> None:
    assert checked(text, LIST).scheme == "https"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("http://example.org/", "not an https"),
        ("ftp://example.org/", "not an https"),
        ("file:///etc/passwd", "not an https"),
        ("//example.org/", "not an https"),
        ("example.org", "not an https"),
        ("", "not an https"),
        ("https:///a", "does not name a host"),
        ("https://localhost/", "does not name a host"),
        ("https://127.0.0.1/", "does not name a host"),
        ("https://[::1]/", "does not name a host"),
        ("https://[::ffff:10.0.0.1]/", "does not name a host"),
        ("https://2130706433/", "does not name a host"),
        ("https://0x7f000001/", "does not name a host"),
        ("https://0x7f.1/", "does not name a host"),
        ("https://127.1/", "does not name a host"),
        ("https://example.org./", "does not name a host"),
        ("https://example..org/", "does not name a host"),
        ("https://exa%6Dple.org/", "does not name a host"),
        (f"https://{'a' * 64}.org/", "does not name a host"),
        ("https://me@example.org/", "user name or a port"),
        ("https://me:word@example.org/", "user name or a port"),
        ("https://evil.com\\@example.org/", "cannot be read"),
        ("https://example.org:8443/", "user name or a port"),
        ("https://example.org:99999/", "cannot be read"),
        ("https://example.org:port/", "cannot be read"),
        ("https://[", "cannot be read"),
        ("https://example.org/" + "a" * 9_000, "cannot be read"),
        ("https://example.com/", "is at example.com, which is not among"),
        ("https://cdn.example.org/", "not among"),
        ("https://notexample.org/", "not among"),
        ("https://example.org.evil.com/", "not among"),
        ("https://evilcdn.example.org/", "not among"),
        ("https://exämple.org/", "is at xn--exmple-cua.org"),
        ("https://ехаmple.org/", "is at xn--"),
    ],
)
def test_anything_else_is_refused_with_why(text: str, said: str) -> None:
    with pytest.raises(SourceRefused) as caught:
        checked(text, LIST)
    assert said in caught.value.sentence
    assert len(caught.value.sentence) < 500


@pytest.mark.parametrize("text", ["https://127.0.0.1/", "https://localhost/", "https://[::1]/", "http://a.org/"])
def test_a_star_allows_any_name_and_nothing_but_names(text: str) -> None:
    assert on_list("whatever.example.net", ("*",))
    with pytest.raises(SourceRefused):
        checked(text, ("*",))


@pytest.mark.parametrize("location", ["/b?x=1", "b?x=1", "//example.org/b?x=1", "https://example.org/b?x=1"])
def test_a_redirect_may_be_relative(location: str) -> None:
    assert str(checked(location, LIST, URL("https://example.org/a"))) == "https://example.org/b?x=1"


@pytest.mark.parametrize("query", ["sig=a%2Fb%3D&e=1+2", "X-Amz-Date=2026%3A1&x=%e2%82%ac", "a=b;c='d'&e=f/g:h,(i)"])
def test_a_signed_url_is_sent_as_it_is_written(query: str) -> None:
    url = checked(f"https://example.org/a%20b/c?{query}", LIST)
    assert url.raw_path_qs == f"/a%20b/c?{query}"


def test_the_host_of_what_is_no_https_url_is_empty() -> None:
    assert host_of("https://Example.org/a") == "example.org"
    assert [host_of(text) for text in ("", "hf:a/b", "http://example.org", "https://[", "a" * 9_000)] == [""] * 5


@given(st.text(max_size=60), st.sampled_from(["", "https://", "https://example.org/", "https://a@"]))
def test_no_text_ends_in_anything_but_a_refusal_or_a_host_on_the_list(text: str, before: str) -> None:
    try:
        url = checked(before + text, LIST)
    except SourceRefused:
        return
    assert on_list((url.raw_host or "").lower(), LIST)
    assert url.scheme == "https"


@pytest.mark.parametrize(
    "entry", ["", ".", "example", "https://example.org", "*.example.org", "1.2.3.4", "Example.org"]
)
def test_a_list_of_hosts_holds_names_only(entry: str) -> None:
    with pytest.raises(InvalidRequest, match="a host must be a name"):
        Rules(hosts=(entry,))
    Rules(hosts=("example.org", ".example.org", "*"))
