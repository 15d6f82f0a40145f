"""Blocks are read as a reader would type them, and a wrong output is noticed."""

from pathlib import Path

import pytest

from tests.docs.following import shell
from tests.docs.pages import Block, Command, blocks_of

PAGE = """\
Write this:

**`notes/one.txt`**
```text
the *first*
```

Then:

```console
$ cat notes/one.txt
the *first*
$ printf 'a\\nb\\nc\\n' \\
>   | cat
a
...
```
"""


def test_blocks_of_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    written, typed = blocks_of(page)
    assert (written.file, written.text) == ("notes/one.txt", "the *first*\n")
    assert [(each.typed, each.printed) for each in typed.commands()] == [
        ("cat notes/one.txt", ["the *first*"]),
        ("printf 'a\\nb\\nc\\n' \\\n  | cat", ["a", "..."]),
    ]
    with shell(tmp_path) as reader:
        for block in (written, typed):
            reader.run(block, "page.md")
        with pytest.raises(AssertionError, match=r"page.md:7: \$ echo other"):
            reader.run(Block("console", "", "$ echo other\nsomething\n", 7), "page.md")


@pytest.mark.parametrize(
    ("printed", "output", "same"),
    [
        (["a"], "a\n", True),
        (["a"], "a\nb\n", False),
        (["a", "..."], "a\nb\n", True),
        (["...", "c"], "a\nb\nc\n", True),
        (["...", "d"], "a\nb\nc\n", False),
        (["at ... o'clock [x]"], "at 7 o'clock [x]\n", True),
        (["at ... o'clock [x]"], "at 7 o'clock x\n", False),
        ([], "a\n", False),
    ],
)
def test_what_is_as_printed(printed: list[str], output: str, same: bool) -> None:
    assert Command("", printed).is_as_printed(output) is same
