"""The families that the embedded coder knows, in the order in which they are tried."""

from irloom.backends.drawing.bells import draw_bell
from irloom.backends.drawing.charges import draw_charges
from irloom.backends.drawing.charts import draw_chart
from irloom.backends.drawing.circles import draw_circle
from irloom.backends.drawing.circuits import draw_circuit
from irloom.backends.drawing.coordinates import draw_coordinates
from irloom.backends.drawing.data_plots import draw_data_plot
from irloom.backends.drawing.figure import Family
from irloom.backends.drawing.films import draw_film
from irloom.backends.drawing.graphs import draw_graphs
from irloom.backends.drawing.inclines import draw_incline
from irloom.backends.drawing.levels import draw_levels
from irloom.backends.drawing.number_lines import draw_number_line
from irloom.backends.drawing.optics import draw_optics
from irloom.backends.drawing.orbits import draw_orbit
from irloom.backends.drawing.polygons import draw_polygon
from irloom.backends.drawing.projectiles import draw_projectile
from irloom.backends.drawing.pulleys import draw_pulley
from irloom.backends.drawing.shadows import draw_shadow
from irloom.backends.drawing.tables import draw_table
from irloom.backends.drawing.triangles import draw_triangle
from irloom.backends.drawing.troughs import draw_trough
from irloom.backends.drawing.venn import draw_venn

FAMILIES: tuple[Family, ...] = (
    draw_circuit,
    draw_optics,
    draw_film,
    draw_pulley,
    draw_incline,
    draw_projectile,
    draw_shadow,
    draw_orbit,
    draw_charges,
    draw_levels,
    draw_bell,
    draw_venn,
    draw_number_line,
    draw_data_plot,
    draw_table,
    draw_chart,
    draw_trough,
    draw_coordinates,
    draw_triangle,
    draw_polygon,
    draw_circle,
    draw_graphs,
)
