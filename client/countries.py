"""Country names to ISO 3166 codes, for phone numbers beside an address.

No library with names fits a browser's download (Babel has 10 MB), so the English names are those
of the public-domain `iso3166.tab` of the tz database, with other spellings that files really hold.
"""

from __future__ import annotations

from functools import cache

_NAMES = (
    "AD Andorra; AE United Arab Emirates; AF Afghanistan; AG Antigua & Barbuda; AI Anguilla; AL "
    "Albania; AM Armenia; AO Angola; AQ Antarctica; AR Argentina; AS Samoa (American); AT "
    "Austria; AU Australia; AW Aruba; AX Åland Islands; AZ Azerbaijan; BA Bosnia & Herzegovina; "
    "BB Barbados; BD Bangladesh; BE Belgium; BF Burkina Faso; BG Bulgaria; BH Bahrain; BI "
    "Burundi; BJ Benin; BL St Barthelemy; BM Bermuda; BN Brunei; BO Bolivia; BQ Caribbean NL; "
    "BR Brazil; BS Bahamas; BT Bhutan; BV Bouvet Island; BW Botswana; BY Belarus; BZ Belize; CA "
    "Canada; CC Cocos (Keeling) Islands; CD Congo (Dem. Rep.); CF Central African Rep.; CG "
    "Congo (Rep.); CH Switzerland; CI Côte d'Ivoire; CK Cook Islands; CL Chile; CM Cameroon; CN "
    "China; CO Colombia; CR Costa Rica; CU Cuba; CV Cape Verde; CW Curaçao; CX Christmas "
    "Island; CY Cyprus; CZ Czech Republic; DE Germany; DJ Djibouti; DK Denmark; DM Dominica; DO "
    "Dominican Republic; DZ Algeria; EC Ecuador; EE Estonia; EG Egypt; EH Western Sahara; ER "
    "Eritrea; ES Spain; ET Ethiopia; FI Finland; FJ Fiji; FK Falkland Islands; FM Micronesia; "
    "FO Faroe Islands; FR France; GA Gabon; GB Britain (UK); GD Grenada; GE Georgia; GF French "
    "Guiana; GG Guernsey; GH Ghana; GI Gibraltar; GL Greenland; GM Gambia; GN Guinea; GP "
    "Guadeloupe; GQ Equatorial Guinea; GR Greece; GS South Georgia & the South Sandwich "
    "Islands; GT Guatemala; GU Guam; GW Guinea-Bissau; GY Guyana; HK Hong Kong; HM Heard Island "
    "& McDonald Islands; HN Honduras; HR Croatia; HT Haiti; HU Hungary; ID Indonesia; IE "
    "Ireland; IL Israel; IM Isle of Man; IN India; IO British Indian Ocean Territory; IQ Iraq; "
    "IR Iran; IS Iceland; IT Italy; JE Jersey; JM Jamaica; JO Jordan; JP Japan; KE Kenya; KG "
    "Kyrgyzstan; KH Cambodia; KI Kiribati; KM Comoros; KN St Kitts & Nevis; KP Korea (North); "
    "KR Korea (South); KW Kuwait; KY Cayman Islands; KZ Kazakhstan; LA Laos; LB Lebanon; LC St "
    "Lucia; LI Liechtenstein; LK Sri Lanka; LR Liberia; LS Lesotho; LT Lithuania; LU "
    "Luxembourg; LV Latvia; LY Libya; MA Morocco; MC Monaco; MD Moldova; ME Montenegro; MF St "
    "Martin (French); MG Madagascar; MH Marshall Islands; MK North Macedonia; ML Mali; MM "
    "Myanmar (Burma); MN Mongolia; MO Macau; MP Northern Mariana Islands; MQ Martinique; MR "
    "Mauritania; MS Montserrat; MT Malta; MU Mauritius; MV Maldives; MW Malawi; MX Mexico; MY "
    "Malaysia; MZ Mozambique; NA Namibia; NC New Caledonia; NE Niger; NF Norfolk Island; NG "
    "Nigeria; NI Nicaragua; NL Netherlands; NO Norway; NP Nepal; NR Nauru; NU Niue; NZ New "
    "Zealand; OM Oman; PA Panama; PE Peru; PF French Polynesia; PG Papua New Guinea; PH "
    "Philippines; PK Pakistan; PL Poland; PM St Pierre & Miquelon; PN Pitcairn; PR Puerto Rico; "
    "PS Palestine; PT Portugal; PW Palau; PY Paraguay; QA Qatar; RE Réunion; RO Romania; RS "
    "Serbia; RU Russia; RW Rwanda; SA Saudi Arabia; SB Solomon Islands; SC Seychelles; SD "
    "Sudan; SE Sweden; SG Singapore; SH St Helena; SI Slovenia; SJ Svalbard & Jan Mayen; SK "
    "Slovakia; SL Sierra Leone; SM San Marino; SN Senegal; SO Somalia; SR Suriname; SS South "
    "Sudan; ST Sao Tome & Principe; SV El Salvador; SX St Maarten (Dutch); SY Syria; SZ "
    "Eswatini (Swaziland); TC Turks & Caicos Is; TD Chad; TF French S. Terr.; TG Togo; TH "
    "Thailand; TJ Tajikistan; TK Tokelau; TL East Timor; TM Turkmenistan; TN Tunisia; TO Tonga; "
    "TR Turkey; TT Trinidad & Tobago; TV Tuvalu; TW Taiwan; TZ Tanzania; UA Ukraine; UG Uganda; "
    "UM US minor outlying islands; US United States; UY Uruguay; UZ Uzbekistan; VA Vatican "
    "City; VC St Vincent; VE Venezuela; VG Virgin Islands (UK); VI Virgin Islands (US); VN "
    "Vietnam; VU Vanuatu; WF Wallis & Futuna; WS Samoa (western); YE Yemen; YT Mayotte; ZA "
    "South Africa; ZM Zambia; ZW Zimbabwe"
)
_ALSO = (
    "AG Antigua and Barbuda; AL Albanien; AT Autriche; AT Oesterreich; AT Österreich; AU "
    "Australien; BA Bosnia and Herzegovina; BA Bosnien und Herzegowina; BE Belgien; BE "
    "Belgique; BE België; BG Bulgarien; BR Brasil; BR Brasilien; CA Canada; CA Kanada; CD "
    "Democratic Republic of the Congo; CG Republic of the Congo; CH Schweiz; CH Suisse; CH "
    "Svizzera; CI Ivory Coast; CN China; CN People's Republic of China; CV Cabo Verde; CY "
    "Zypern; CZ Czechia; CZ Tschechien; CZ Tschechische Republik; CZ Česko; DE Allemagne; DE "
    "BRD; DE Deutschland; DE Federal Republic of Germany; DK Danmark; DK Dänemark; EE Eesti; EE "
    "Estland; ES España; ES Spanien; FI Finnland; FI Suomi; FR Frankreich; GB Britain; GB "
    "England; GB Great Britain; GB Großbritannien; GB Northern Ireland; GB Scotland; GB UK; GB "
    "United Kingdom; GB Vereinigtes Königreich; GB Wales; GR Griechenland; GR Hellas; HR "
    "Hrvatska; HR Kroatien; HU Magyarország; HU Ungarn; IE Irland; IE Republic of Ireland; IE "
    "Éire; IN Indien; IS Island; IT Italia; IT Italien; JP Japan; KN Saint Kitts and Nevis; KP "
    "Nordkorea; KP North Korea; KR Republic of Korea; KR South Korea; KR Südkorea; LA Lao; LC "
    "Saint Lucia; LI Liechtenstein; LT Lietuva; LT Litauen; LU Luxemburg; LV Latvija; LV "
    "Lettland; MK Macedonia; MK Nordmazedonien; MM Burma; MM Myanmar; MT Malta; MX Mexiko; MX "
    "México; NL Holland; NL Nederland; NL Niederlande; NL The Netherlands; NO Norge; NO "
    "Norwegen; PL Polen; PL Polska; PT Portugal; RO România; RO Rumänien; RS Serbien; RS "
    "Srbija; RU Russian Federation; RU Russland; SE Schweden; SE Sverige; SI Slovenija; SI "
    "Slowenien; SK Slovensko; SK Slowakei; ST São Tomé and Príncipe; SZ Eswatini; SZ Swaziland; "
    "TL Timor-Leste; TR Türkei; TR Türkiye; TT Trinidad and Tobago; UA Ukraine; US America; US "
    "U.S.; US U.S.A.; US USA; US United States of America; US Vereinigte Staaten; US Vereinigte "
    "Staaten von Amerika; VA Holy See; VC Saint Vincent and the Grenadines; VN Viet Nam; ZA "
    "Südafrika; WS Samoa"
)


def region_of(country: str) -> str | None:
    """The ISO 3166 code of a country as people write it; None if it is not known."""
    return _regions().get(_folded(country))


@cache
def _regions() -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in f"{_NAMES}; {_ALSO}".split("; "):
        code, _, name = entry.partition(" ")
        found.setdefault(_folded(name.partition(" (")[0]), code)
        found |= {_folded(code): code, _folded(name): code}
    return found


def _folded(name: str) -> str:
    letters = "".join(c if c.isalnum() else " " for c in name.casefold().replace("&", "and"))
    return " ".join(letters.split())
