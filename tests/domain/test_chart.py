"""The picture of statistics has its parts inside its edges, and words that stand for it."""

from companion.domain.chart import (
    DARK,
    LIGHT,
    Box,
    Picture,
    Words,
    alt_text,
    draw_statistics,
    level,
)
from companion.domain.statistics import Statistics
from tests.domain.test_statistics import entry, of_week, prompt


def busy() -> Statistics:
    names = [f"tag{number}" for number in range(9)]
    return of_week(
        *(entry(f"2026-11-16 09:{minute:02}", f"#{names[minute % 9]}") for minute in range(30)),
        entry("2026-11-17 11:00", "#" + "long" * 20, answers="a"),
        jobs=(prompt("a", "2026-11-17 10:00"), prompt("b", "2026-11-17 12:00")),
    )


def words(picture: Picture) -> list[str]:
    return [shape.text for shape in picture.shapes if isinstance(shape, Words)]


def test_everything_is_inside_the_picture() -> None:
    picture = draw_statistics(busy())
    for shape in picture.shapes:
        assert 0 <= shape.x <= picture.width
        assert 0 <= shape.y <= picture.height
        if isinstance(shape, Box):
            assert shape.x + shape.width <= picture.width
            assert shape.y + shape.height <= picture.height


def test_the_heatmap_has_a_cell_for_each_hour_and_the_busiest_is_darkest() -> None:
    picture = draw_statistics(of_week(entry("2026-11-16 09:10")))
    cells = [shape for shape in picture.shapes if isinstance(shape, Box)]
    assert len(cells) == 7 * 24
    assert [cell.colour for cell in cells].index(LIGHT["level4"]) == 9


def test_dark_has_other_colours_and_the_same_words() -> None:
    light, dark = draw_statistics(busy()), draw_statistics(busy(), dark=True)
    assert light.paper != dark.paper
    assert {shape.colour for shape in dark.shapes} <= set(DARK.values())
    assert [text.replace("lightest", "darkest") for text in words(dark)] == words(light)


def test_tags_that_have_no_room_are_counted() -> None:
    shown = words(draw_statistics(busy()))
    assert "Tags (and 4 more)" in shown
    assert "#tag0" in shown


def test_a_picture_of_nothing_is_drawn_too() -> None:
    picture = draw_statistics(of_week())
    assert "0 entries, 2026-11-16 to 2026-11-22" in words(picture)


def test_the_alt_text_says_what_the_picture_shows() -> None:
    text = alt_text(busy())
    assert text == (
        "31 entries, 2026-11-16 to 2026-11-22. Most were written on Monday between 9:00 and 10:00 "
        "(30). 2 prompts asked, 1 answered, 0 missed. The median time to an answer is 1 h. Tags: "
        "#tag0 (4), #tag1 (4), #tag2 (4), #tag3 (3), #tag4 (3), #tag5 (3) and 4 more."
    )


def test_any_count_is_told_from_nothing() -> None:
    assert [level(count, 100) for count in (0, 1, 25, 26, 100)] == [0, 1, 1, 2, 4]
