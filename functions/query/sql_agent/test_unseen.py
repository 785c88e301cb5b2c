"""Words that the names of a schema do not spell as people do: a shipping line, without a catalog of its own words."""

from __future__ import annotations

from datetime import date

import pytest

from troupe.adapters.catalog import Catalog, Table

from .conftest import column, key
from .translate import Declined, Translation, attempt

SHIPPING = Catalog(
    tables=(
        Table(
            name="Crewmember",
            columns=(
                column("c_id", "integer"),
                column("first_name", "text", "Ida", "Joe"),
                column("last_name", "text", "Berg", "Moss"),
                column("born_state", "text", "Maine", "Oregon"),
                column("temporary_acting", "text", "Yes", "No"),
                column("rank", "text", "mate", "cook"),
                column("age", "integer"),
                column("home_id", "integer"),
                column("birth_id", "integer"),
            ),
            primary_key=("c_id",),
            foreign_keys=(key("home_id", "ports", "port_id"), key("birth_id", "ports", "port_id")),
        ),
        Table(
            name="ports",
            columns=(
                column("port_id", "integer"),
                column("name", "text", "Bath", "Cork"),
                column("country", "text", "Eire", "Peru"),
                column("number_of_trips", "integer"),
                column("stars", "integer"),
            ),
            primary_key=("port_id",),
        ),
        Table(
            name="owners",
            columns=(
                column("owner_id", "integer"),
                column("name", "text", "Blue Line"),
                column("country", "text", "Eire", "Peru"),
            ),
            primary_key=("owner_id",),
        ),
        Table(
            name="Ref_Ship_Kinds",
            columns=(column("kind", "text", "Tanker", "Ferry"), column("kind_description", "text")),
            primary_key=("kind",),
        ),
        Table(
            name="ships",
            columns=(
                column("ship_id", "integer"),
                column("Ship", "text", "Gull", "Tern"),
                column("details", "text"),
                column("yard", "text", "Harland Yard", "Nordic"),
                column("flag_code", "text", "IE", "PE"),
                column("built_year", "integer"),
                column("deck", "integer"),
                column("owner_id", "integer"),
                column("kind", "text"),
            ),
            primary_key=("ship_id",),
            foreign_keys=(key("owner_id", "owners", "owner_id"), key("kind", "Ref_Ship_Kinds", "kind")),
        ),
        Table(
            name="trips",
            columns=(
                column("trip_number", "integer"),
                column("port_id", "integer"),
                column("ship_id", "integer"),
                column("status", "text", "done", "late"),
                column("fare", "number"),
            ),
            primary_key=("trip_number",),
            foreign_keys=(key("port_id", "ports", "port_id"), key("ship_id", "ships", "ship_id")),
        ),
        Table(
            name="trip_log",
            columns=(column("id", "integer"), column("trip_number", "integer"), column("note", "text")),
            primary_key=("id",),
            foreign_keys=(key("trip_number", "trips", "trip_number"),),
        ),
    )
)


def read(question: str) -> Translation | Declined:
    return attempt(question, SHIPPING, date(2026, 5, 20))


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("How many crew members are there?", "COUNT(*) AS number_of_crewmember FROM Crewmember"),
        ("Count the number of ships", "COUNT(*) AS number_of_ships FROM ships"),
        ("How many trips are in the trips table?", "COUNT(*) AS number_of_trips FROM trips"),
        ("List the rank, born state and age of crew members", "rank, born_state, age FROM Crewmember"),
        ("Show the age and rank of all crew members", "age, rank FROM Crewmember"),
        ("What are the full names of the crew members?", "first_name, last_name FROM Crewmember"),
        ("What are the ids of the crew members?", "c_id FROM Crewmember"),
        ("Show all statuses", "DISTINCT status FROM trips"),
        ("What are the ship names?", "Ship FROM ships"),
        ("List each rank and the number of crew members holding it",
         "rank, COUNT(*) AS number_of_crewmember FROM Crewmember GROUP BY rank"),
        ("For each rank, how many crew members have it?",
         "rank, COUNT(*) AS number_of_crewmember FROM Crewmember GROUP BY rank"),
        ("How many ships are there for each flag?",
         "flag_code, COUNT(*) AS number_of_ships FROM ships GROUP BY flag_code"),
        ("What is the average age of all crew members?", "AVG(age) AS avg_age FROM Crewmember"),
        ("What is the total fare charged by all trips?", "SUM(fare) AS sum_fare FROM trips"),
        ("trip numbers of the trips with a fare smaller than or equal to 10",
         "trip_number FROM trips WHERE fare <= 10"),
        ("How many ships were built in 2001 or before?",
         "COUNT(*) AS number_of_ships FROM ships WHERE built_year < 2002"),
        ("What is the country of the port with the most trips?",
         "country, number_of_trips FROM ports ORDER BY number_of_trips DESC NULLS LAST, port_id LIMIT 1"),
        ("What are the names of the ports with the top 2 highest stars?",
         "name, stars FROM ports ORDER BY stars DESC NULLS LAST, port_id LIMIT 2"),
        ("List the yards of the ships in reversed alphabetical order",
         "yard FROM ships ORDER BY yard DESC NULLS LAST, ship_id"),
        ("Give me Bath's stars and country", "stars, country FROM ports WHERE name = 'Bath'"),
        ("Which ports have 5 stars?", "name, stars FROM ports WHERE stars = 5"),
        ("How many ships are on deck 3?", "COUNT(*) AS number_of_ships FROM ships WHERE deck = 3"),
        ("What is the highest trip fare?", "MAX(fare) AS max_fare FROM trips"),
        ("What is the rank of the crew member of the highest age?",
         "rank, age FROM Crewmember ORDER BY age DESC NULLS LAST, c_id LIMIT 1"),
        ("Show the statuses of trips ordered by the number of trips",
         "status, COUNT(*) AS number_of_trips FROM trips GROUP BY status ORDER BY COUNT(*) ASC, status"),
        ("Show the crew members whose name contains 'o'",
         "first_name, last_name FROM Crewmember WHERE (first_name ILIKE '%o%' OR last_name ILIKE '%o%')"),
        ("What are the decks of ships made by a yard whose name contains 'Nord'?",
         "deck FROM ships WHERE yard ILIKE '%Nord%'"),
    ],
)  # fmt: skip
def test_it_is_understood_as_people_say_it(question: str, sql: str) -> None:
    found = read(question)
    assert isinstance(found, Translation), found
    plain = found.sql.replace('"', "")
    for table in SHIPPING.tables:
        plain = plain.replace(f"{table.name}.", "")
    assert plain == f"SELECT {sql}"


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What are the ages of the crew members who are acting?", "temporary_acting may tell"),
        ("Show the ships with the description 'big'", "ships.details or Ref_Ship_Kinds.kind_description"),
        ("How many tankers are there?", "it does not say how many of what"),
        ("How many trips were there per country?", "ports.country or owners.country"),
        ("Count the number of trips", "ports.number_of_trips, or how many trips there are"),
        ("How many trips to Peru were there?", "ports.country or owners.country"),
        ("Show the number of different ranks and states", "whether both are counted"),
        ("How many homes are there?", "related in several ways"),
        (
            "Show the countries of ports that have trips with a fare over 9 and trips with a fare under 3",
            "asked for too",
        ),
        ("List the ships and their titles", "ships has nothing called so"),
        ("average fare per trip", "each row is a group of its own"),
    ],
)
def test_what_can_be_meant_in_two_ways_is_declined(question: str, reason: str) -> None:
    found = read(question)
    assert isinstance(found, Declined), found
    assert reason in found.reason
