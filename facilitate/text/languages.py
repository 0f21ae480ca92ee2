"""The words of each language that bear weight in a text of law, and those that bear little."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from facilitate.text.tokens import solo


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What may go or come without changing what is asked of anybody. Not here, on purpose: and / or,
# from / to, by / with, only / all: they look small and are not.
SMALL: Mapping[str, frozenset[str]] = {
    "en": _words("a an the this that these those such of in on at for as is are be been"),
    "fr": _words(
        "l' l d' d le la les un une des du de ce cet cette ces tel telle tels telles en"
        " dans est sont"
    ),
    "es": _words("el la los las lo un una unos unas de del en este esta estos estas es son"),
    "ar": _words("في هذا هذه ذلك تلك هذان التي الذي الذين أن إن قد"),
    "ru": _words("в во на о об этот эта это эти который которая которое которые"),
    "zh": frozenset("的了之着"),
}
LINKING = _words(
    "and or to from by with which who its their it they will into"
    " et ou à au aux par avec qui que qu' qu son sa ses leur leurs il elle ils elles pour sur"
    " y e o u al por con que su sus para sobre"
    " و أو من إلى على مع عن ل ب"
    " и или из к ко с со по для от их его ее"
    " 和 与 及 或 在 对 为 以 从"
)
NEGATIONS = _words(
    "not no nor neither never none nothing without cannot except unless against"
    " ne n' n pas ni jamais sans aucun aucune aucuns aucunes nul nulle rien sauf contre"
    " nunca jamás sin ningún ninguno ninguna nada tampoco salvo"
    " لا ولا فلا لن ولن لم ولم ليس ليست وليس غير دون بدون عدم وعدم ضد"
    " не ни нет без нельзя никогда никто ничего никакой никакие кроме против"
    " 不 没 無 无 未 非 勿 莫 否 禁"
)
MODALS = _words(
    "shall must should ought may can could might will would need"
    " encouraged invited requested urged recommended called required obliged expected"
    " encourages invites requests urges recommends calls decides"
    " doit doivent devrait devraient devra devront devons peut peuvent pourrait pourraient pourra"
    " pourront faut faudrait encouragé encouragés encouragée encouragées invité invités invitée"
    " invitées prié priés priée priées tenu tenus tenue tenues encourage invite prie exhorte"
    " recommande décide"
    " debe deben debería deberían deberá deberán puede pueden podría podrían podrá podrán alienta"
    " invita insta exhorta pide recomienda decide"
    " يجب ينبغي يمكن يتعين يجوز يلزم يستحسن تشجع يشجع تدعو يدعو توصي يوصي مدعوة تقرر"
    " должен должна должно должны следует следовало может могут мог можно необходимо обязан"
    " обязана обязаны рекомендуется призывает"
    " приглашает предлагается предлагает просит постановляет"
    " 应 應 须 須 必 可 宜 需 请 請 鼓 励"
)
_VALUES = {
    "1": "one один одна одно одного واحد واحدة 一",
    "2": "two deux dos два две двух اثنان اثنين 二 两",
    "3": "three trois tres три трех ثلاثة ثلاث 三",
    "4": "four quatre cuatro четыре четырех أربعة أربع 四",
    "5": "five cinq cinco пять пяти خمسة خمس 五",
    "6": "six seis шесть шести ستة ست 六",
    "7": "seven sept siete семь семи سبعة سبع 七",
    "8": "eight huit ocho восемь восьми ثمانية ثماني 八",
    "9": "nine neuf nueve девять девяти تسعة تسع 九",
    "10": "ten dix diez десять десяти عشرة عشر 十",
    "11": "eleven onze одиннадцать",
    "12": "twelve douze doce двенадцать",
    "20": "twenty vingt veinte двадцать عشرون عشرين",
    "30": "thirty trente treinta тридцать ثلاثون ثلاثين",
    "50": "fifty cinquante cincuenta пятьдесят خمسون خمسين",
    "100": "hundred cent cien ciento сто مئة مائة 百",
    "1000": "thousand mille mil тысяча ألف 千",
    "1000000": "million millón миллион مليون",
}
VALUES: Mapping[str, str] = {
    word: value for value, words in _VALUES.items() for word in words.split()
}
NUMERALS = _words(
    "billion half third double twice first second once annual annually"
    " moitié demi tiers premier première deuxième troisième"
    " mitad medio doble primer primero primera segundo tercero"
    " نصف ثلث половина половины треть 零 万 亿 半"
) | frozenset(VALUES)
_ADDRESSEES = {
    "parties": "parties partie partes стороны сторон сторонам الأطراف للأطراف 缔约方 缔约国 締約国",
    "states": "states state états état estados estado государства государствам государств"
    " الدول للدول 各国",
    "governments": "governments government gouvernements gouvernement gobiernos gobierno"
    " правительства правительствам الحكومات الحكومة 政府",
    "secretariat": "secretariat secrétariat secretaría секретариат секретариату"
    " الأمانة للأمانة 秘书处 事務局",
    "committee": "committee comité comités комитет комитету اللجنة للجنة 委员会",
    "conference": "conference conférence conferencia конференция конференции المؤتمر للمؤتمر 大会",
    "unesco": "unesco юнеско اليونسكو لليونسكو 教科文组织",
    "fund": "fund fonds fondo фонд фонду الصندوق للصندوق 基金",
    "cities": "cities municipalities villes municipalités ciudades municipios города городам"
    " المدن البلديات 城市",
    "platforms": "platforms plateformes plataformas платформы платформам المنصات للمنصات 平台",
}
ADDRESSEES: Mapping[str, str] = {
    word: name for name, words in _ADDRESSEES.items() for word in words.split()
}
_ADDRESSEES_IN_CHARACTERS = {word: name for word, name in ADDRESSEES.items() if solo(word)}
PLURAL_IN_S = frozenset({"en", "fr", "es"})
LIGHT = frozenset[str]().union(LINKING, *SMALL.values())


def language_of(words: Iterable[str]) -> str:
    """The language whose small words are met most often: a guess, good enough for articles."""
    met = Counter(words)
    return max(SMALL, key=lambda language: sum(met[word] for word in SMALL[language]))


@lru_cache(maxsize=100_000)
def weight(word: str) -> int:
    """How much it says that two texts share this word (in normal form), in tenths."""
    if not word[:1].isalnum():
        return 4
    if solo(word) or word in LIGHT or word in MODALS:
        return 7
    return 20


@lru_cache(maxsize=100_000)
def meaning(word: str) -> str:
    """One word for what is only written otherwise: three and 3, organise and organize."""
    if word in VALUES or _CHINESE_NUMBER.fullmatch(word):
        return VALUES.get(word) or str(_chinese(word))
    if not (word.isascii() and len(word) > 5):
        return word
    for spelling, other in _SPELLINGS:
        word = spelling.sub(other, word)
    return word


_CHINESE_NUMBER = re.compile("[一二两三四五六七八九十百千]{2,}")
_SPELLINGS = (
    (re.compile("is(?=(?:e[ds]?|ing|ations?)$)"), "iz"),
    (re.compile("our(?=s?$|ed$|able$)"), "or"),
    (re.compile("tre(?=s?$)"), "ter"),
    (re.compile("mme(?=s?$)"), "m"),
    (re.compile("logue(?=s?$)"), "log"),
)


def _chinese(number: str) -> int:
    """三十五 is 35."""
    total = digit = 0
    for character in number:
        value = int(VALUES[character])
        if value < 10:
            digit = value
        else:
            total, digit = total + max(digit, 1) * value, 0
    return total + digit


def addressed(words: Sequence[str]) -> frozenset[str]:
    """Who is named that may be asked to act: the Parties, the Secretariat, ..."""
    found = {ADDRESSEES[word] for word in words if word in ADDRESSEES}
    if any(map(solo, words)):
        run = "".join(words)
        found |= {name for word, name in _ADDRESSEES_IN_CHARACTERS.items() if word in run}
    return frozenset(found)


def negates(word: str) -> bool:
    return word in NEGATIONS or word.endswith("n't")


def obliges(word: str) -> bool:
    """Whether the word says how strongly something is asked: shall, should, may, ..."""
    return word in MODALS or word.removesuffix("n't") in MODALS or word == "cannot"


def counts(word: str) -> bool:
    """Whether the word is a figure, or says how many, how often or which part."""
    numeric = map(str.isnumeric, word)
    return word in NUMERALS or (all(numeric) if solo(word) else any(numeric))
