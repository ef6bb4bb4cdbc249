# SPDX-License-Identifier: Apache-2.0
"""What the checks of the documentation read out of a page of Markdown.

A comment before a fence (not seen on a rendered page) says what is done with the fence:

    <!-- run: NAME -->             commands; they must succeed. "run: NAME, exit 1" when they do not
    <!-- seen -->                  what the commands above print; "..." stands for any text, and on
                                   a line of its own for any lines
    <!-- file: PATH -->            what stands in this file when the following commands are run
    <!-- run by: FILE "WORDS" -->  commands that another test runs: FILE has these words
    <!-- not run: WHY -->          commands that cannot be run here

And once on a page, on which host it is run: <!-- host: installed -->; see tests/suites/docs/host.
"""
import re

FENCE = re.compile(r"^( *)(`{3,}|~{3,})(.*)$")
MARK = re.compile(r"^ *<!-- *(run by|not run|run|seen|file)\b(?:: *)?(.*?) *-->$")


class Fence:
    def __init__(self, line, language, mark, argument):
        self.line = line  # of its opening
        self.language = language
        self.mark = mark  # the word of the comment before it, or None
        self.argument = argument
        self.lines = []

    @property
    def text(self):
        return "".join(line + "\n" for line in self.lines)


class Page:
    """A page: its fences, and its prose (line number, line) without them."""

    def __init__(self, path):
        self.path = path
        self.fences = []
        self.prose = []
        self.stray = []  # marks with no fence below
        self.host = ""
        with open(path, encoding="utf-8") as file:
            self.read(file.read().splitlines())

    def read(self, lines):
        fence = closing = mark = None
        indent = 0
        for number, line in enumerate(lines, 1):
            if fence:
                if line.strip() == closing:
                    fence = None
                else:
                    fence.lines.append(line[indent:] if line[:indent].isspace() else line)
                continue
            opening = FENCE.match(line)
            if opening:
                indent, closing = len(opening[1]), opening[2]
                fence = Fence(number, opening[3].strip(), *(mark[1:] if mark else (None, "")))
                self.fences.append(fence)
                mark = None
                continue
            self.prose.append((number, line))
            self.host = next(iter(re.findall(r"^<!-- host: (\w+) -->$", line)), self.host)
            found = MARK.match(line)
            if mark and (found or line.strip()):
                self.stray.append(mark[0])
                mark = None
            if found:
                mark = (number, found[1], found[2])
        if fence:
            raise SystemExit(f"{self.path}:{fence.line}: a fence that is never closed")
        if mark:
            self.stray.append(mark[0])


def newlines(found):
    return "\n" * found[0].count("\n")


def prose_without(page, *patterns):
    text = "\n".join(line for _, line in page.prose)
    for pattern in patterns:
        text = re.sub(pattern, newlines, text, flags=re.DOTALL)
    return [(number, line) for (number, _), line in zip(page.prose, text.split("\n"))]


COMMENT = r"<!--.*?-->"
CODE = r"(?<!`)(`+)(?!`)(?:(?!\n\n).)+?(?<!`)\1(?!`)"


def plain(page):
    """The page's prose, without comments and code: (line number, line)."""
    return prose_without(page, COMMENT, CODE)


def anchors(page):
    """The anchors that GitHub makes of a page's headings, and those that the page has itself."""
    names = set()
    for _, line in prose_without(page, COMMENT):
        names.update(re.findall(r'<a (?:id|name)="([^"]*)"', line))
        heading = re.match(r"^#{1,6} +(.*?)(?: +#+)? *$", line)
        if not heading:
            continue
        text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading[1])
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        name, count = slug, 0
        while name in names:
            count += 1
            name = f"{slug}-{count}"
        names.add(name)
    return names
