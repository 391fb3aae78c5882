"""Words from which the demo's businesses, people and notes are put together.

All are invented combinations of common words; domains end in `.example` (RFC 2606), and phone
numbers lie in blocks that are not given out, so nobody is called or written to by mistake.
"""

from __future__ import annotations

from typing import NamedTuple


class Trade(NamedTuple):
    """A kind of business: `shapes` are its names, `share` its part of the territory."""

    industry: str
    share: int
    shapes: tuple[str, ...]
    job_titles: tuple[str, ...]


TRADES = (
    Trade(
        "Pub", 30,
        (
            "Gasthaus Zum {sign}", "Wirtshaus {sign}", "Gasthof {family}", "{sign}-Stüberl",
            "Zum {sign}", "Kneipe {family}", "Biergarten am {spot}", "Wirtshaus am {spot}",
            "Bräustüberl {town}",
        ),
        ("Landlord", "Landlady", "Bar manager", "Head of service"),
    ),
    Trade(
        "Restaurant", 24,
        (
            "Restaurant {sign}", "Ristorante {south}", "Trattoria {south}", "Ratskeller {town}",
            "Weinstube {family}", "Speisehaus {family}", "Restaurant am {spot}", "Taverna {greek}",
        ),
        ("Owner", "Chef", "Restaurant manager", "Purchasing"),
    ),
    Trade(
        "Hotel", 14,
        (
            "Hotel {view}", "Hotel am {spot}", "Landhotel {family}", "Parkhotel {town}",
            "Hotel {sign}", "Gästehaus {family}",
        ),
        ("Director", "Food & beverage manager", "Front office manager", "Purchasing"),
    ),
    Trade(
        "Shop", 20,
        (
            "Getränkemarkt {family}", "Getränke {family}", "Feinkost {family}", "Dorfladen {town}",
            "Getränkeland {town}", "Weinhandlung {family}", "Biomarkt {flower}",
        ),
        ("Owner", "Store manager", "Purchasing", "Deputy manager"),
    ),
    Trade(
        "Brewery", 5,
        ("Brauerei {family}", "Hausbrauerei {sign}", "{family}-Bräu", "Braumanufaktur {town}"),
        ("Brewmaster", "Managing director", "Sales manager"),
    ),
    Trade(
        "Café", 7,
        ("Café {flower}", "Café am {spot}", "Kaffeehaus {family}", "Eiscafé {south}"),
        ("Owner", "Manager"),
    ),
)  # fmt: skip

SIGNS = (
    "Goldenen Hirsch", "Schwarzen Adler", "Weißen Ross", "Roten Ochsen", "Grünen Baum", "Löwen",
    "Alten Fass", "Schwanen", "Wilden Mann", "Lamm", "Stern", "Bären", "Hecht", "Pflug", "Anker",
    "Raben", "Krug", "Steinbock", "Kleeblatt", "Postillion",
)  # fmt: skip
SPOTS = (
    "Markt", "Rathaus", "Bahnhof", "Stadttor", "See", "Schlossberg", "Mühlbach", "Kirchplatz",
    "Kanal", "Stadtpark",
)  # fmt: skip
VIEWS = ("Alpenblick", "Seeblick", "Waldfrieden", "Sonnenhof", "Burgblick", "Talblick", "Kaiserhof")
SOUTHERN = ("Bella Vista", "Da Marco", "La Fontana", "Il Gallo", "San Lorenzo", "Al Ponte", "Dolce")
GREEK = ("Olympia", "Delphi", "Kreta", "Rhodos", "Akropolis")
FLOWERS = ("Lindenblüte", "Kornblume", "Sonnenblume", "Löwenzahn", "Klatschmohn", "Holunder")

FAMILIES = (
    "Huber", "Maier", "Bauer", "Wagner", "Schmid", "Berger", "Lang", "Fuchs", "Vogel", "Kaiser",
    "Brandl", "Eder", "Hofmann", "Lindner", "Seidl", "Zeller", "Haller", "Kramer", "Böhm",
    "Ziegler", "Röder", "Hartmann", "Kern", "Beck", "Häberle", "Pfleiderer", "Schwab", "Kübler",
    "Maurer", "Rapp", "Eberle", "Weiß", "Dürr", "Schäfer", "Krauß", "Meissner", "Dorn", "Popp",
    "Hübner", "Stark", "Reuter", "Förster", "Winkler", "Roth", "Busch", "Thoma", "Gruber",
    "Pichler", "Obermeier", "Niedermaier", "Sailer", "Kurz", "Walter", "Engel", "Heller", "Jung",
    "Koch", "Arnold", "Bachmann", "Öztürk", "Yilmaz", "Rossi", "Papadakis", "Novak", "Kowalski",
)  # fmt: skip
GIVEN = (
    "Anna", "Lena", "Maria", "Julia", "Katharina", "Sabine", "Petra", "Monika", "Birgit", "Claudia",
    "Stefanie", "Andrea", "Nicole", "Susanne", "Jana", "Miriam", "Elif", "Giulia", "Eva", "Renate",
    "Thomas", "Michael", "Andreas", "Stefan", "Markus", "Christian", "Martin", "Peter", "Florian",
    "Sebastian", "Tobias", "Johannes", "Lukas", "Maximilian", "Josef", "Alois", "Wolfgang",
    "Jürgen", "Mehmet", "Marco", "Giorgos", "Tomasz", "Felix", "Jonas", "Matthias", "Korbinian",
)  # fmt: skip

NOTES = {
    "Order": (
        "Ordered {n} cases of sparkling water and {m} of apple spritzer.",
        "Repeat order, {n} crates. Delivery on Thursday before ten, back entrance.",
        "Takes the new lemonade on trial: {m} cases. Call in two weeks.",
        "Wants glasses with the next delivery. {n} cases of still water ordered.",
        "Switched from Quellbrunn to us, first order {n} cases.",
    ),
    "Interested": (
        "Left samples of the three new flavours. The chef decides next week.",
        "Likes the returnable glass bottle. Send the price list for {n} cases a month.",
        "Contract with the present supplier ends in spring, stay in touch.",
        "Asked about terms for the beer garden season.",
    ),
    "Call again": (
        "In the middle of lunch service, come back after three.",
        "The owner is on holiday until the end of the month.",
        "Renovating, reopens in six weeks.",
        "New manager starts on the first, introduce ourselves then.",
    ),
    "Not at home": ("Closed on Mondays.", "Nobody there, left a card.", "Day off, try mornings."),
    "No interest": (
        "Bound to a brewery for drinks until {year}.",
        "Happy with the present supplier, price is the point.",
        "Buys at the cash and carry only.",
    ),
}
PLANS = (
    "Show the winter assortment.", "Talk about the fridge.", "Collect empties list.",
    "Yearly talk: volumes and bonus.", "", "", "Samples of the new elderflower spritzer.", "",
)  # fmt: skip
CALLS = (
    "Asked when the delivery comes. Told them before noon.",
    "Two broken crates, credit note promised.",
    "Changed the standing order to {n} cases.",
    "Wants the visit in the morning.",
    "Reached the voicemail.",
)
REMARKS = (
    "Delivery only through the yard, the gate code is with the porter.",
    "Prefers e-mail. Does not pick up during service.",
    "Terrace seats about {n}, opens in May.",
    "Pays on delivery.",
    "Second house planned in the next town.",
)
TASKS = (
    "Send the offer for {n} cases", "Call back about the fridge", "Bring glasses and coasters",
    "Check the empties count", "Send the price list", "Ask for the opening hours in winter",
    "Credit note for broken crates", "Agree a date for the tasting",
)  # fmt: skip
ABOUT = (
    "Family business in the third generation.", "Closed on Mondays and Tuesdays.",
    "Large terrace, busy in summer.", "Hosts weddings and club evenings.",
    "Orders by phone, usually on Wednesdays.", "Wants organic products only.",
    "Deliveries before eleven.", "Part of a small chain of three houses.",
)  # fmt: skip
