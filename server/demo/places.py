"""Three territories of southern Germany: real towns, their codes and where they lie.

Coordinates are the towns' centres, to about a hundred metres; streets are names that nearly every
German town has, so an address looks right and yet is nobody's.
"""

from __future__ import annotations

from typing import NamedTuple


class Town(NamedTuple):
    """`size` weighs how many customers a town has, and how far out they lie."""

    name: str
    lat: float
    lon: float
    postal_codes: tuple[str, ...]
    dial: str
    size: int = 1


class Area(NamedTuple):
    name: str
    region: str
    towns: tuple[Town, ...]


UPPER_BAVARIA = Area(
    "Munich & Upper Bavaria",
    "Bayern",
    (
        Town("München", 48.1374, 11.5755, ("80331", "80469", "80799", "81541", "81667"), "089", 9),
        Town("Rosenheim", 47.8561, 12.1289, ("83022", "83024", "83026"), "08031", 3),
        Town("Ingolstadt", 48.7665, 11.4258, ("85049", "85055", "85057"), "0841", 4),
        Town("Freising", 48.4029, 11.7489, ("85354", "85356"), "08161", 2),
        Town("Dachau", 48.2603, 11.4342, ("85221",), "08131", 2),
        Town("Fürstenfeldbruck", 48.1790, 11.2547, ("82256",), "08141", 2),
        Town("Starnberg", 47.9993, 11.3410, ("82319",), "08151"),
        Town("Garmisch-Partenkirchen", 47.4917, 11.0955, ("82467",), "08821", 2),
        Town("Bad Tölz", 47.7603, 11.5567, ("83646",), "08041"),
        Town("Erding", 48.3063, 11.9068, ("85435",), "08122", 2),
        Town("Traunstein", 47.8683, 12.6433, ("83278",), "0861"),
        Town("Landsberg am Lech", 48.0500, 10.8717, ("86899",), "08191"),
        Town("Weilheim", 47.8417, 11.1422, ("82362",), "0881"),
        Town("Miesbach", 47.7890, 11.8338, ("83714",), "08025"),
        Town("Ebersberg", 48.0772, 11.9706, ("85560",), "08092"),
        Town("Wasserburg am Inn", 48.0617, 12.2333, ("83512",), "08071"),
    ),
)
FRANCONIA = Area(
    "Nuremberg & Franconia",
    "Bayern",
    (
        Town(
            "Nürnberg", 49.4521, 11.0767, ("90402", "90408", "90429", "90443", "90459"), "0911", 8
        ),
        Town("Fürth", 49.4771, 10.9887, ("90762", "90763"), "0911", 3),
        Town("Erlangen", 49.5897, 11.0040, ("91052", "91054"), "09131", 3),
        Town("Bamberg", 49.8988, 10.9028, ("96047", "96049", "96052"), "0951", 4),
        Town("Bayreuth", 49.9456, 11.5713, ("95444", "95445"), "0921", 3),
        Town("Würzburg", 49.7913, 9.9534, ("97070", "97072", "97082"), "0931", 4),
        Town("Schweinfurt", 50.0492, 10.2194, ("97421", "97424"), "09721", 2),
        Town("Ansbach", 49.3004, 10.5719, ("91522",), "0981", 2),
        Town("Coburg", 50.2612, 10.9627, ("96450",), "09561", 2),
        Town("Kulmbach", 50.1004, 11.4500, ("95326",), "09221"),
        Town("Forchheim", 49.7197, 11.0580, ("91301",), "09191"),
        Town("Kronach", 50.2410, 11.3280, ("96317",), "09261"),
        Town("Rothenburg ob der Tauber", 49.3801, 10.1867, ("91541",), "09861"),
        Town("Schwabach", 49.3290, 11.0240, ("91126",), "09122"),
        Town("Hof", 50.3135, 11.9128, ("95028",), "09281", 2),
        Town("Kitzingen", 49.7390, 10.1600, ("97318",), "09321"),
    ),
)
SWABIA = Area(
    "Stuttgart & Swabia",
    "Baden-Württemberg",
    (
        Town(
            "Stuttgart", 48.7758, 9.1829, ("70173", "70178", "70182", "70372", "70565"), "0711", 9
        ),
        Town("Esslingen am Neckar", 48.7396, 9.3047, ("73728", "73730"), "0711", 3),
        Town("Ludwigsburg", 48.8975, 9.1922, ("71634", "71638"), "07141", 3),
        Town("Tübingen", 48.5216, 9.0576, ("72070", "72072"), "07071", 3),
        Town("Reutlingen", 48.4914, 9.2043, ("72762", "72764"), "07121", 3),
        Town("Ulm", 48.4011, 9.9876, ("89073", "89077"), "0731", 4),
        Town("Göppingen", 48.7035, 9.6521, ("73033",), "07161", 2),
        Town("Heilbronn", 49.1427, 9.2109, ("74072", "74076"), "07131", 4),
        Town("Aalen", 48.8378, 10.0933, ("73430",), "07361", 2),
        Town("Schwäbisch Gmünd", 48.7995, 9.7981, ("73525",), "07171", 2),
        Town("Schwäbisch Hall", 49.1122, 9.7375, ("74523",), "0791"),
        Town("Kirchheim unter Teck", 48.6483, 9.4511, ("73230",), "07021"),
        Town("Böblingen", 48.6856, 9.0152, ("71032", "71034"), "07031", 2),
        Town("Waiblingen", 48.8304, 9.3169, ("71332",), "07151", 2),
        Town("Biberach an der Riß", 48.0980, 9.7880, ("88400",), "07351"),
        Town("Sigmaringen", 48.0868, 9.2167, ("72488",), "07571"),
    ),
)
AREAS = (UPPER_BAVARIA, FRANCONIA, SWABIA)

STREETS = (
    "Hauptstraße", "Bahnhofstraße", "Marktplatz", "Kirchgasse", "Lindenstraße", "Gartenstraße",
    "Schulstraße", "Bergstraße", "Ringstraße", "Brunnengasse", "Obere Gasse", "Untere Marktstraße",
    "Am Stadtgraben", "Mühlweg", "Schlossstraße", "Rosenstraße", "Goethestraße", "Schillerstraße",
    "Mozartstraße", "Industriestraße", "Am Anger", "Kellerberg", "Färbergasse", "Gerbergasse",
    "Neue Straße", "Alte Poststraße", "Spitalgasse", "Weinsteige", "Uferweg", "Sonnenstraße",
)  # fmt: skip
