"""Script parts that draw circuits: symbols, a loop, and a loop that ends in parallel branches."""

SYMBOLS = """\
fig, ax = plt.subplots(figsize=(6, 6))
ax.set_aspect("equal")
ax.axis("off")


def wire(*points):
    ax.plot(*zip(*points), color="black", linewidth=1.6, zorder=1)


def draw_part(kind, center, label, vertical=False):
    \"\"\"Draw a symbol over a wire, with its label beside it.\"\"\"
    turn = np.array([[0, -1], [1, 0]]) if vertical else np.eye(2)

    def place(xs, ys):
        return turn @ np.array([xs, ys]) + np.array(center)[:, None]

    def stroke(xs, ys):
        ax.plot(*place(xs, ys), color="black", linewidth=1.6, zorder=3)

    width = {"capacitance": 0.15, "battery": 0.15, "ac": 0.8}.get(kind, 1.0)
    ax.fill(*place([-width, -width, width, width], [-0.7, 0.7, 0.7, -0.7]), color="white", zorder=2)
    if kind == "resistance":
        stroke([-1, -0.83, -0.5, -0.17, 0.17, 0.5, 0.83, 1], [0, 0.35, -0.35, 0.35, -0.35, 0.35, -0.35, 0])
    elif kind == "inductance":
        for middle in (-0.75, -0.25, 0.25, 0.75):
            arc = np.linspace(np.pi, 0, 30)
            stroke(middle + 0.25 * np.cos(arc), 0.35 * np.sin(arc))
    elif kind == "capacitance":
        stroke([-0.15, -0.15], [-0.6, 0.6])
        stroke([0.15, 0.15], [-0.6, 0.6])
    elif kind == "battery":
        stroke([-0.15, -0.15], [-0.35, 0.35])
        stroke([0.15, 0.15], [-0.75, 0.75])
    elif kind == "ac":
        arc = np.linspace(0, 2 * np.pi, 60)
        stroke(0.8 * np.cos(arc), 0.8 * np.sin(arc))
        ax.plot(center[0] + arc / 2 / np.pi - 0.5, center[1] + 0.3 * np.sin(arc), color="black", zorder=3)
    if vertical:
        ax.text(center[0] + 1.05, center[1], label, ha="left", va="center", fontsize=12)
    else:
        ax.text(center[0], center[1] + 0.95, label, ha="center", va="bottom", fontsize=12)


def draw_source(x, low, high):
    \"\"\"Draw what drives the circuit into its left side.\"\"\"
    middle = (low + high) / 2
    if source == "terminals":
        wire((x, high), (x, middle + 1))
        wire((x, middle - 1), (x, low))
        ax.plot([x, x], [middle - 1, middle + 1], "o", color="black", markerfacecolor="white")
        return
    wire((x, low), (x, high))
    if source != "none":
        draw_part(source, (x, middle), "", vertical=True)
        ax.text(x - 1.1, middle, source_label, ha="right", va="center", fontsize=12)
"""
LOOP = """\
height, step = 5, 3.6
width = step * len(series) + 1
wire((0, height), (width, height), (width, 0), (0, 0))
draw_source(0, 0, height)
for number, (kind, label) in enumerate(series):
    draw_part(kind, (0.5 + step * (number + 0.5), height), label)
ax.set_xlim(-4, width + 1)
ax.set_ylim(-1.5, height + 2.5)
"""
LADDER = """\
height, step = 5, 3.6 if max(map(len, parallel)) < 7 else 5.5
front = step * len(series) + (0.5 if series else 0)
branches = [front + 1 + step * number for number in range(len(parallel))]
if not series:
    branches = [branch + 1.5 for branch in branches]
wire((0, height), (branches[-1], height))
wire((0, 0), (branches[-1], 0))
draw_source(0, 0, height)
for number, (kind, label) in enumerate(series):
    draw_part(kind, (0.5 + step * (number + 0.5), height), label)
for x, label in zip(branches, parallel):
    wire((x, 0), (x, height))
    draw_part("resistance", (x, height / 2), label, vertical=True)
    if x != branches[-1]:
        ax.plot([x, x], [0, height], "ko", markersize=5)
ax.set_xlim(-4, branches[-1] + step)
ax.set_ylim(-1.5, height + 2.5)
"""
