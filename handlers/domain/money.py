"""Amounts and currencies.

An amount is an integer number of minor units.  The exponent (the number of decimal digits of a
major unit) comes from ISO 4217; floats are never used.  Codes without a minor unit (precious
metals, bond units, testing codes) are not supported.
"""

from __future__ import annotations

from typing import Final

#: The largest amount in a command and the largest balance of a customer's account: 2**53 - 1, the
#: largest integer that every JSON parser reads exactly (RFC 8259, section 6).
MAX_AMOUNT: Final = 9_007_199_254_740_991
#: The limit of every account's balance: half of a signed 64-bit integer.
MAX_SYSTEM_BALANCE: Final = 4_611_686_018_427_387_904
#: How full one of our own accounts (clearing, in transit) gets before the next one is used.
HALF_FULL: Final = MAX_SYSTEM_BALANCE // 2

_TWO_DIGITS: Final = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL
MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR
PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
"""
_NO_DIGITS: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS: Final = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DIGITS: Final = "CLF UYW"

#: ISO 4217 alphabetic code to exponent (list one, active codes with a minor unit).
EXPONENTS: Final[dict[str, int]] = {
    code: exponent
    for exponent, codes in (
        (2, _TWO_DIGITS),
        (0, _NO_DIGITS),
        (3, _THREE_DIGITS),
        (4, _FOUR_DIGITS),
    )
    for code in codes.split()
}


def is_currency(code: str) -> bool:
    """Tell whether an account can be kept in this ISO 4217 currency."""
    return code in EXPONENTS


def formatted(amount: int, currency: str) -> str:
    """Format an amount of minor units as a decimal number of major units, for people.

    Examples
    --------
    >>> formatted(-123456, "EUR")
    '-1,234.56'
    >>> formatted(5, "JPY")
    '5'
    """
    exponent = EXPONENTS[currency]
    sign = "-" if amount < 0 else ""
    major, minor = divmod(abs(amount), 10**exponent)
    return f"{sign}{major:,}" + (f".{minor:0{exponent}d}" if exponent else "")
