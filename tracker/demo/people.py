"""Where the demo's customers come from: names, towns and firms of a dozen countries, each in its own script.

Data only. A name stands as ``native|latin`` where its script is not Latin, because e-mail addresses are. Every number
and address is of the kind set aside for examples.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """People and firms of one country; ``share`` of the customers come from it."""

    code: str
    language: str
    share: int
    dial: str  # E.164 prefix before the digits that are drawn
    digits: int
    cities: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]
    firms: tuple[str, ...]  # {last} and {city} are filled in


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


COUNTRIES: tuple[Country, ...] = (
    Country(
        "US",
        "English",
        60,
        "+1212555",
        4,
        _words("Portland, Boston, Austin, Denver, Savannah"),
        _words("Grace, Daniel, Emily, Marcus, Ruth, Owen, Tara, Victor, Hannah, Isaac, Naomi, Caleb, Joan, Felix"),
        _words("Okafor, Brooks, Carter, Delgado, Whitaker, Nguyen, O'Neill, Patel, Sullivan, Freeman, Lowell, Reyes"),
        _words("{last} & Sons Hotels, {last} Coffee House, {last} Bakery, The {last} Diner, {last} Foods"),
    ),
    Country(
        "GB",
        "English",
        34,
        "+4420794",
        5,
        _words("Leeds, Bristol, Glasgow, York"),
        _words("Liam, Imogen, Callum, Beatrice, Rhys, Siân, Arthur, Freya"),
        _words("Byrne, Ashworth, MacLeod, Pryce, Hargreaves, Doyle, Lockwood, Tennant"),
        _words("{last} Tea Rooms, {last} of {city}, Hotel {last}, {last} Catering Ltd, {last} Arms"),
    ),
    Country(
        "DE",
        "German",
        34,
        "+493023125",
        3,
        _words("München, Köln, Lübeck, Nürnberg"),
        _words("Jürgen, Anneliese, Björn, Käthe, Matthias, Ingrid, Sören, Lieselotte"),
        _words("Müller, Größ, Schäfer, Bäcker, Weiß, Köhler, Hoffmann, Strauß"),
        _words("Café {last}, {last} Gastro GmbH, Hotel {last}, Kantine {last}, Konditorei {last}"),
    ),
    Country(
        "FR",
        "French",
        26,
        "+3319900",
        4,
        _words("Orléans, Nîmes, Besançon, Saint-Étienne"),
        _words("Chloé, Étienne, Anaïs, François, Zoë, Jérôme, Maëlle, Gaël"),
        _words("Lefèvre, Béranger, Desrosiers, D'Angély, Garçon, Noël, Roux, Maître"),
        _words("Brasserie {last}, Maison {last}, Hôtel {last}, Traiteur {last}, Salon {last}"),
    ),
    Country(
        "ES",
        "Spanish",
        26,
        "+34910551",
        3,
        _words("Málaga, Cádiz, León, A Coruña"),
        _words("Mateo, Begoña, Íñigo, Lucía, Andrés, Nuria, Joaquín, Pilar"),
        _words("Muñoz, Ibáñez, Ortega, Peñalver, Ruiz, Gutiérrez, Núñez, Vázquez"),
        _words("Casa {last}, Cafetería {last}, Hotel {last}, Panadería {last}, {last} Hermanos"),
    ),
    Country(
        "PL",
        "Polish",
        22,
        "+48225551",
        3,
        _words("Kraków, Łódź, Gdańsk, Wrocław"),
        _words("Łukasz, Zofia, Michał, Agnieszka, Stanisław, Małgorzata"),
        _words("Wójcik, Kowalczyk, Zieliński, Dąbrowska, Gołąb, Świątek"),
        _words("Kawiarnia {last}, {last} i Wspólnicy, Hotel {last}, Piekarnia {last}, Bistro {last}"),
    ),
    Country(
        "SE",
        "Swedish",
        14,
        "+4631390",
        4,
        _words("Malmö, Örebro, Göteborg"),
        _words("Åsa, Björn, Märta, Göran, Linnéa"),
        _words("Lindqvist, Åkesson, Öberg, Sjöström"),
        _words("{last} Konditori, Hotell {last}, {last} Kontor AB, {last} Bageri"),
    ),
    Country(
        "UA",
        "Ukrainian",
        22,
        "+380445550",
        3,
        _words("Київ|Kyiv, Львів|Lviv, Одеса|Odesa"),
        _words("Олена|Olena, Дмитро|Dmytro, Соломія|Solomiia, Тарас|Taras, Ярина|Yaryna, Юрій|Yurii"),
        _words("Марченко|Marchenko, Бондар|Bondar, Ґудзь|Gudz, Шевчук|Shevchuk, Лисенко|Lysenko, Їжак|Yizhak"),
        _words("Кав'ярня «{last}», Готель «{last}», Пекарня {last}, {last} і партнери"),
    ),
    Country(
        "GR",
        "Greek",
        16,
        "+302105550",
        3,
        _words("Αθήνα|Athina, Θεσσαλονίκη|Thessaloniki, Πάτρα|Patra"),
        _words("Ελένη|Eleni, Γιώργος|Giorgos, Δέσποινα|Despoina, Νίκος|Nikos"),
        _words("Παπαδόπουλος|Papadopoulos, Οικονόμου|Oikonomou, Ζαχαρίας|Zacharias, Μυλωνάς|Mylonas"),
        _words("Καφέ {last}, Ξενοδοχείο {last}, Φούρνος {last}, {last} & Υιοί"),
    ),
    Country(
        "CN",
        "Chinese",
        18,
        "+86215555",
        4,
        _words("上海|Shanghai, 杭州|Hangzhou, 成都|Chengdu"),
        _words("伟|Wei, 秀英|Xiuying, 晓明|Xiaoming, 雨桐|Yutong, 建国|Jianguo"),
        _words("张|Zhang, 王|Wang, 欧阳|Ouyang, 陈|Chen, 刘|Liu"),
        _words("{city}{last}记茶馆, {last}氏国际酒店, {last}氏食品, {last}家咖啡, {city}{last}氏餐饮"),
    ),
    Country(
        "JP",
        "Japanese",
        16,
        "+81355505",
        4,
        _words("京都|Kyoto, 大阪|Osaka, 横浜|Yokohama"),
        _words("陽斗|Haruto, さくら|Sakura, 健二|Kenji, 美咲|Misaki, ユウキ|Yuuki"),
        _words("田中|Tanaka, 佐藤|Sato, 森|Mori, 髙橋|Takahashi, 渡邉|Watanabe"),
        _words("喫茶{last}, {last}ホテル, 株式会社{last}商店, {last}ベーカリー, {city}{last}食堂"),
    ),
    Country(
        "AE",
        "Arabic",
        12,
        "+97145550",
        3,
        _words("دبي|Dubai, الشارقة|Sharjah"),
        _words("فاطمة|Fatima, سامر|Samer, ليلى|Layla, يوسف|Yousef"),
        _words("حداد|Haddad, العلي|Alali, النجار|Najjar, منصور|Mansour"),
        _words("مقهى {last}, فندق {last}, مخبز {last}, شركة {last} للضيافة"),
    ),
)
