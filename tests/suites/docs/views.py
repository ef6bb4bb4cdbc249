# SPDX-License-Identifier: Apache-2.0
"""run.svg: what containers see of /run, from the lines of see-run."""
from xml.sax.saxutils import escape

WIDTH, PANEL, GAP, LEFT = 1000, 306, 20, 21
ROW = 24

STYLE = """
    .page { fill: #ffffff } text { fill: #1f2328 } .dim { fill: #59636e }
    .box { fill: #f6f8fa; stroke: #6e7781; stroke-width: 1.5 }
    .ours { fill: #dafbe1; stroke: #1a7f37; stroke-width: 1.5 }
    .theirs { fill: #ffebe9; stroke: #cf222e; stroke-width: 1.5 }
    .bad { fill: #cf222e } .good { fill: #1a7f37 }
    .mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace; font-size: 13px }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117 } text { fill: #f0f6fc } .dim { fill: #9198a1 }
      .box { fill: #151b23; stroke: #6e7681 } .ours { fill: #12261e; stroke: #3fb950 }
      .theirs { fill: #25171c; stroke: #f85149 } .bad { fill: #f85149 } .good { fill: #3fb950 }
    }
  """

TITLES = {"none": "without the hook", "mask": "mask", "facade": "facade"}
SHOWN = ("docker.sock", "nscd", "dbus", "systemd")


class View:
    def __init__(self, hook, lines):
        self.hook = hook
        self.entries = {line[2]: line[3:] for line in lines if line[1] == "entry"}
        self.mounts = {line[2]: line[3:] for line in lines if line[1] == "mount"}
        self.answers = {line[1]: line[2] for line in lines if line[1] not in ("entry", "mount")}


def text(x, y, words, classes="", more=""):
    return f'  <text x="{x}" y="{y}" class="{classes}"{more}>{escape(words)}</text>'


def box(kind, x, y, width, height):
    return f'  <rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'


def entry(view, name, x, y):
    """A row of the container's /run: a name, and what is behind it."""
    kind, link = view.entries[name]
    if name == "nscd":
        held = view.answers["nscd"]
        classes = "mono bad" if held else "mono good"
        around = [box("theirs" if held else "ours", x - 8, y - 17, PANEL - 24, ROW)]
        return around + [text(x, y, "nscd/  " + (held or "empty"), classes)]
    words = {"l": f"{name} → {link}", "d": f"{name}/"}.get(kind, name)
    return [text(x, y, words, "mono")]


def owner_of(view):
    """Which side has made the file system at the container's /run."""
    return "ours" if view.mounts["/run"][0] == "oci-runmask" else "box"


def panel(view, x):
    names = [name for name in SHOWN if name in view.entries]
    if names != list(SHOWN):
        raise SystemExit(f"{view.hook}: of {SHOWN} only {names} are there")
    rest = [name for name in view.entries if name not in SHOWN and name != ".host-run"]
    mine = owner_of(view) == "ours"
    links = all(view.entries[name][0] == "l" for name in rest)
    lines = [text(x, 32, TITLES[view.hook], "", ' font-weight="600"'),
             box(owner_of(view), x, 46, PANEL, 208),
             text(x + 14, 70, "/run: " + ("a tmpfs of the container's own" if mine else "the host's"), "dim")]
    y = 98
    for name in names:
        lines += entry(view, name, x + 18, y)
        y += ROW + 4
    lines.append(text(x + 18, y, f"and {len(rest)} more" + (", all of them links" if links else ""), "dim"))
    if ".host-run" in view.entries:
        lines += [box("box", x + 10, y + 12, PANEL - 20, 26),
                  text(x + 18, y + 30, ".host-run/", "mono"), text(x + 112, y + 30, "the host's /run", "dim")]
    return lines + answers(view, x)


def answers(view, x):
    redis, onlyhost, docker = (view.answers[name] for name in ("redis", "onlyhost", "docker"))
    rows = (("redis, its own name", redis or "not found", bool(redis)),
            ("onlyhost, the host's name", onlyhost or "not known", not onlyhost),
            ("docker.sock", "answers" if docker else "dead", bool(docker)))
    lines = []
    for number, (question, answer, good) in enumerate(rows):
        y = 284 + number * ROW
        lines += [text(x, y, question, "dim"),
                  text(x + PANEL, y, answer, "good" if good else "bad", ' text-anchor="end" font-weight="600"')]
    return lines


def draw(lines):
    views = [View(hook, [line for line in lines if line[0] == hook]) for hook in TITLES]
    height = 350
    svg = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
           'aria-label="What a container that binds /var/run sees there: without the hook, with a mask, with a '
           'facade" font-family="system-ui, sans-serif" font-size="15">',
           f"  <style>{STYLE}</style>", f'  <rect class="page" width="{WIDTH}" height="{height}" rx="8"/>']
    for number, view in enumerate(views):
        svg += panel(view, LEFT + number * (PANEL + GAP))
    return "\n".join(svg) + "\n</svg>\n"
