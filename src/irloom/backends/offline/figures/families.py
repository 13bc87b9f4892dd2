"""The families that the embedded coder knows, in the order in which they are tried."""

from irloom.backends.offline.figures.bells import draw_bell
from irloom.backends.offline.figures.charges import draw_charges
from irloom.backends.offline.figures.charts import draw_chart
from irloom.backends.offline.figures.circles import draw_circle
from irloom.backends.offline.figures.circuits import draw_circuit
from irloom.backends.offline.figures.coordinates import draw_coordinates
from irloom.backends.offline.figures.data_plots import draw_data_plot
from irloom.backends.offline.figures.figure import Family
from irloom.backends.offline.figures.films import draw_film
from irloom.backends.offline.figures.graphs import draw_graphs
from irloom.backends.offline.figures.inclines import draw_incline
from irloom.backends.offline.figures.levels import draw_levels
from irloom.backends.offline.figures.number_lines import draw_number_line
from irloom.backends.offline.figures.optics import draw_optics
from irloom.backends.offline.figures.orbits import draw_orbit
from irloom.backends.offline.figures.polygons import draw_polygon
from irloom.backends.offline.figures.projectiles import draw_projectile
from irloom.backends.offline.figures.pulleys import draw_pulley
from irloom.backends.offline.figures.shadows import draw_shadow
from irloom.backends.offline.figures.tables import draw_table
from irloom.backends.offline.figures.triangles import draw_triangle
from irloom.backends.offline.figures.troughs import draw_trough
from irloom.backends.offline.figures.venn import draw_venn

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
