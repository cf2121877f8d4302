"""Addresses of the pages that bring several apps together."""

from django.urls import path

from ceiba.pages.views import health, map, month, people, person, submissions_map

app_name = "pages"
urlpatterns = [
    path("", month.home, name="home"),
    path("months/<slug:programme>/<month:month>/people/", month.people, name="month_people"),
    path("people/", people.search, name="people"),
    path("people/<str:code>/", person.person, name="person"),
    path("people/<str:code>/<month:month>/", person.explained, name="explained"),
    path("people/<str:code>/<month:month>/evidence/<slug:fact>/", person.evidence, name="evidence"),
    path("map/", map.plot_map, name="map"),
    path("map/tiles/<int:z>/<int:x>/<int:y>.mvt", map.tile, name="tile"),
    path("review/map/", submissions_map.submissions_map, name="submissions_map"),
    path(
        "review/map/tiles/<int:z>/<int:x>/<int:y>.mvt",
        submissions_map.submissions_tile,
        name="submissions_tile",
    ),
    path("health/", health.health, name="health"),
]
