# SPDX-License-Identifier: Apache-2.0
"""A program's output on a terminal, and a picture of it."""
import os
import pty
import re
from xml.sax.saxutils import escape

COLUMN, LINE, SIZE = 8.0, 19, 13.3  # of a character, in pixels
LEFT, TOP = 18, 44

STYLE = """
    .page { fill: #ffffff; stroke: #d1d9e0 } .bar { fill: #f6f8fa; stroke: #d1d9e0 } .dot { fill: #d1d9e0 }
    text { fill: #1f2328 } .title, .dim { fill: #59636e }
    .red { fill: #cf222e } .green { fill: #1a7f37 } .yellow { fill: #9a6700 } .prompt { fill: #0969da }
    .bold { font-weight: 600 }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117; stroke: #3d444d } .bar { fill: #151b23; stroke: #3d444d } .dot { fill: #3d444d }
      text { fill: #f0f6fc } .title, .dim { fill: #9198a1 }
      .red { fill: #f85149 } .green { fill: #3fb950 } .yellow { fill: #d29922 } .prompt { fill: #4493f8 }
    }
  """

CLASSES = {"0": None, "": None, "1": "bold", "2": "dim", "31": "red", "32": "green", "33": "yellow"}


def on_terminal(command, directory):
    """What the command prints on a terminal; and its exit status."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(directory)
        os.environ["TERM"] = "xterm-256color"
        os.environ.pop("NO_COLOR", None)
        os.execvp(command[0], command)
    said = b""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if not more:
            break
        said += more
    os.close(terminal)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return said.decode().replace("\r\n", "\n"), status


def pieces(line):
    """The line's parts of one colour: (column, text, classes). Blanks at the edges are left out."""
    column, classes, found = 0, [], []
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b"):
            for code in part[2:-1].split(";"):
                name = CLASSES[code]
                classes = classes + [name] if name else []
            continue
        # Columns stay columns in any font: what is far apart is placed by itself.
        for word in re.finditer(r"\S+(?: \S+)*", part):
            found.append((column + word.start(), word[0], classes))
        column += len(part)
    return found


def draw(title, lines, columns):
    """An SVG of the lines. It has no script, and each piece has its place and its width."""
    width = round(2 * LEFT + columns * COLUMN)
    height = TOP + len(lines) * LINE + 8
    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(title)}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, '
        f'DejaVu Sans Mono, monospace" font-size="{SIZE}">',
        f"  <style>{STYLE}</style>",
        f'  <rect class="page" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>',
        f'  <path class="bar" d="M0.5 30v-21.500a8 8 0 0 1 8 -8h{width - 17}a8 8 0 0 1 8 8v21.500z"/>',
        *(f'  <circle class="dot" cx="{x}" cy="15.500" r="5"/>' for x in (18, 35, 52)),
        f'  <text class="title" x="{width / 2:.0f}" y="20" text-anchor="middle" '
        f'font-family="system-ui, sans-serif">{escape(title)}</text>',
    ]
    for number, line in enumerate(lines):
        for column, text, classes in pieces(line):
            names = f' class="{" ".join(classes)}"' if classes else ""
            length = f' textLength="{len(text) * COLUMN:.0f}" lengthAdjust="spacingAndGlyphs"'
            svg.append(f'  <text{names} x="{LEFT + column * COLUMN:.0f}" y="{TOP + 12 + number * LINE}"'
                       f'{length}>{escape(text)}</text>')
    return "\n".join(svg) + "\n</svg>\n"
