"""Where a request came from, made coarse: enough to count and to prove, too little to find one."""

import ipaddress


def counted_network(address: str) -> str:
    """Return what requests are counted by: a /24 of IPv4, a /64 of IPv6; empty when unknown."""
    return _network(address, 24, 64)


def kept_network(address: str) -> str:
    """Return what the consent log keeps: a /24 of IPv4, a /48 of IPv6; empty when unknown."""
    return _network(address, 24, 48)


def _network(address: str, bits_4: int, bits_6: int) -> str:
    try:
        parsed = ipaddress.ip_address(address.strip().split("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    bits = bits_4 if parsed.version == 4 else bits_6
    return str(ipaddress.ip_network((parsed, bits), strict=False))
