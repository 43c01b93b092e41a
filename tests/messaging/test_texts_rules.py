"""The small language of texts: MT-04, TP-1 (nothing but placeholders and blocks), TP-2 (what is
refused when a text is saved), MAIL-13 (placeholder substitution)."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from swa.messaging.texts.rules import checking, comparing, language
from swa.messaging.texts.rules.checking import check_text
from swa.messaging.texts.rules.comparing import Change
from swa.messaging.texts.rules.language import Words, fill, parse
from swa.messaging.texts.types import Condition, Form, Lists, Placeholder, TextRefused

LISTS = Lists(
    {
        "name": Placeholder("The person’s name", "Ada"),
        "session_title": Placeholder("The title", "Listening"),
        "prework": Placeholder("What to do before", "Think", Form.TEXT, may_be_empty=True),
        "booking_link": Placeholder("Link to the booking", "/bookings/1", Form.LINK),
        "secret_code": Placeholder("The code", "ABC", Form.CODE),
    },
    {"online": Condition("The session is online")},
)
SIGNS = [
    *"{}[]()*_-<>%|.\"'\\\n\r\t \x00\u2028é7",
    "{{",
    "}}",
    "{{ name }}",
    "[if online]",
    "[otherwise]",
    "[end]",
    "[else]",
    "**",
    "https://a.example/",
    "- ",
    "if",
]


NO_END = "Line 1: “**” begins bold words that do not end in the same line and block"
AFTER_LINK = "Line 1: put a space after {{ booking_link }}, since it is a link"
OFFLINE = "Line 3: [if offline] is no condition of this message; is it [if online]?"


def shown(body, **values):
    tree = parse(body)
    assert not tree.faults
    pieces = fill(tree.nodes, values)
    return "".join(piece.text if isinstance(piece, Words) else str(piece) for piece in pieces)


def refusals_of(body):
    """Say what is wrong with a text; anything else that goes wrong is the test's failure."""
    try:
        check_text("x", body, LISTS)
    except TextRefused as refusal:
        return refusal.refusals
    return ()


def faults(body, subject="x", lists=LISTS):
    with pytest.raises(TextRefused) as caught:
        check_text(subject, body, lists)
    return [refusal.words for refusal in caught.value.refusals]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param("Hello {{ name }},", "Hello Ada,\n", id="a value"),
        pytest.param("{{Name}} {{  session   title }}", "Ada x\n", id="names are read liberally"),
        pytest.param("[if online]a[otherwise]b[end] c", "a c\n", id="a block in a line"),
        pytest.param("[IF not_so]a[Otherwise]b[END] c", "b c\n", id="in capitals"),
        pytest.param("1\n[if online]\n2\n[end]\n3", "1\n2\n3\n", id="lines of marks leave nothing"),
        pytest.param("1\n[if not_so]\n2\n[end]\n3", "1\n3\n", id="a block that does not hold"),
        pytest.param(
            "[if online]\n[if not_so]\n1\n[otherwise]\n2\n[end]\n[end]", "2\n", id="one in another"
        ),
        pytest.param("[if empty]a[otherwise]b[end]", "b\n", id="a value of blanks is empty"),
        pytest.param("[ending] [iffy] [a](b)", "[ending] [iffy] [a](b)\n", id="other brackets"),
        pytest.param("  a\r\n\tb\r", "a\nb\n\n", id="margins and line ends"),
    ],
)
def test_a_text_is_shown(body, text):
    known = {"name": "Ada", "session_title": "x", "online": True, "not_so": False, "empty": " \n"}

    assert shown(body, **known) == text


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("a\n{{ nam }}", "Line 2: {{ nam }} is no placeholder of this message; is it {{ name }}?"),
        ("{{ 7*7 }}", "Line 1: {{ 7*7 }} is no placeholder of this message"),
        ("{{ name.__class__ }}", "Line 1: {{ name.__class__ }} is no placeholder of this message"),
        ("{{ config }}", "Line 1: {{ config }} is no placeholder of this message"),
        ("{{ }}", "Line 1: {{  }} is no placeholder of this message"),
        ("{{ name", "Line 1: “{{” begins a placeholder, but no “}}” ends it"),
        ("{{ {{ name }} }}", "Line 1: “{{” begins a placeholder, but no “}}” ends it"),
        ("\n\n[if offline]a[end]", OFFLINE),
        ("[if name]a[end]", "Line 1: [if name] is no condition of this message"),
        ("[if]a[end]", "Line 1: say what to ask after “if”, for example [if online]"),
        ("[if online]\na", "Line 1: [if online] has no [end]"),
        ("a [end]", "Line 1: [end] has no [if …] before it"),
        ("[otherwise]", "Line 1: [otherwise] has no [if …] before it"),
        ("[if online]a[otherwise]b[otherwise]c[end]",
         "Line 1: [if online] has more than one [otherwise]"),
        ("[if online]a[else]b[end]", "Line 1: write [otherwise] instead of [else]"),
        ("[if online]a[end if]", "Line 1: write [end] instead of [end if]"),
        ("**a", NO_END),
        ("**a\nb**", NO_END),
        ("[if online]**a[end]**", NO_END),
        ("https://a.example/{{ name }}", "Line 1: put a space between the link and {{ name }}"),
        ("{{ booking_link }}/x", AFTER_LINK),
        ("{{ booking_link }}{{ name }}", AFTER_LINK),
        ("", "Enter the text"),
        (" \n ", "Enter the text"),
    ],
)  # fmt: skip
def test_a_text_that_cannot_be_sent_is_refused_with_its_line(body, sentence):
    assert sentence in faults(body)


@pytest.mark.parametrize(
    ("subject", "sentence"),
    [
        ("", "Enter the subject"),
        ("{{ nam }}", "{{ nam }} is no placeholder of this message; is it {{ name }}?"),
        ("{{ prework }}", "{{ prework }} can stand in the text only, not in the subject"),
        ("{{ booking_link }}", "{{ booking_link }} can stand in the text only, not in the subject"),
        ("{{ secret_code }}", "{{ secret_code }} can stand in the text only, not in the subject"),
        ("**a**", "Subject cannot have bold words"),
        ("a\r\nBcc: b@example.net", "Subject must be one line"),
        ("[if online]a", "[if online] has no [end]"),
        ("x" * 201, "Subject must be 200 characters or fewer"),
    ],
)
def test_a_subject_that_cannot_be_sent_is_refused(subject, sentence):
    assert sentence in faults("a", subject=subject)


def test_blocks_stand_inside_one_another_once():
    two, three = "[if online]" * 2, "[if online]" * 3

    check_text("x", f"{two}a{'[end]' * 2}", LISTS)
    (fault,) = faults(f"{three}a{'[end]' * 3}")
    assert fault.startswith("Line 1: [if online] is the third block inside another")


@pytest.mark.parametrize(
    ("body", "fits"),
    [
        ("x" * checking.BODY_MAX_LENGTH, True),
        ("x" * (checking.BODY_MAX_LENGTH + 1), False),
        ("\n" * (checking.MOST_LINES - 2) + "x", True),
        ("x" + "\n" * checking.MOST_LINES, False),
    ],
    ids=["longest", "too long", "most lines", "too many lines"],
)
def test_the_size_of_a_text_is_limited(body, fits):
    if fits:
        check_text("x", body, LISTS)
    else:
        assert faults(body)[0].startswith("Text must ")


@pytest.mark.parametrize("body", ["Hello", "[if online]{{ secret_code }}[end]"])
def test_a_text_that_leaves_out_what_it_must_have_is_refused(body):
    """TP-2: the link and the code must stay, and no block may hide them."""
    lists = Lists(LISTS.placeholders, LISTS.conditions, must_have=("secret_code",))

    assert faults(body, lists=lists) == [
        "Text must have {{ secret_code }}, outside of every [if …] block"
    ]
    check_text("x", "{{ secret_code }}", lists)


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_text():
    found = faults("**a\n{{ b }}\n[if c]d[end]", subject="{{ e }}")

    assert [words.split(" ")[1].rstrip(":") for words in found] == ["e", "1", "2", "3"]


@given(st.lists(st.sampled_from(SIGNS), max_size=40).map("".join), st.booleans())
@settings(max_examples=500, deadline=None)
@example("{{" * 5_000, True)
@example("[if " * 2_500, True)
@example("[if online]" * 900, False)
def test_whatever_is_typed_is_a_text_or_a_refusal(body, online):
    """TP-1, TP-2: never another error; what was not refused can be shown."""
    found = refusals_of(body)
    assert all(fault.sentence for fault in found)
    assert all(0 <= fault.line <= body.count("\n") + body.count("\r") + 1 for fault in found)
    if found:
        return
    values = dict.fromkeys(LISTS.placeholders, "V") | {"online": online}

    assert "{{" not in shown(body, **values)


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_signs_are_a_text_or_a_refusal(body):
    assert refusals_of(body) or parse(body).faults == ()


@given(st.text(st.characters(exclude_characters="{}[]*", codec="utf-8"), min_size=1, max_size=80))
@settings(max_examples=200, deadline=None)
def test_words_without_marks_stay_as_they_are(words):
    expected = "\n".join(line.strip() for line in language.printable(words).split("\n")) + "\n"

    assert shown(words) == expected


def test_a_comparison_says_what_was_taken_out_and_what_was_put_in():
    lines = comparing.compare("a\nb\nc", "a\nB\nc\nd")

    assert [(line.change, line.text) for line in lines] == [
        (Change.SAME, "a"),
        (Change.TAKEN_OUT, "b"),
        (Change.PUT_IN, "B"),
        (Change.SAME, "c"),
        (Change.PUT_IN, "d"),
    ]


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
def test_a_comparison_holds_both_texts(old, new):
    lines = comparing.compare("\n".join(old), "\n".join(new))

    assert [line.text for line in lines if line.change is not Change.PUT_IN] == old
    assert [line.text for line in lines if line.change is not Change.TAKEN_OUT] == new
