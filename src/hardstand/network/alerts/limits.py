"""The thresholds of the alerts, each with the reason for its value. The defaults are those that are tested."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FreshLimits:
    """New flows."""

    wide: int = 20
    """Outside destinations on one port, from which on a workload is one that calls many (a crawler, a mailer, a
    sender of webhooks): yet another is then nothing new. Applications with fixed peers have a handful.
    """
    common: int = 5
    """Workloads that begin to call the same domain or network outside, from which on it is one alert: a vendor has
    moved, or a library calls home.
    """


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """Scans. A day's window finds slow ones: three tries an hour are 72. What sets scans apart from busy clients is the
    share of tries that fail (J. Jung, V. Paxson, A. Berger, H. Balakrishnan: Fast Portscan Detection Using Sequential
    Hypothesis Testing, IEEE S&P 2004); what was ever answered does not count as failed.
    """

    window: float = 86_400.0
    """Seconds within which targets are counted, wherever a day begins."""
    fast: float = 600.0
    """Seconds within which so many targets make a fast scan; only its severity is another."""
    ports: int = 12
    """Ports of one host that were tried and not answered. Programs have few ports configured for one peer."""
    hosts: int = 12
    """Hosts that did not answer on one port. A rolling update of ten pods leaves ten dead addresses that were answered
    before, and these do not count.
    """
    targets: int = 30
    """Hosts and ports together that did not answer, of a scan that goes across."""
    failing: float = 0.3
    """Share of all targets of the same sort that failed. Ordinary clients fail at few of their peers."""
    outside_hosts: int = 30
    """Hosts outside; more than inside, since links on pages and addresses of mail lead to dead hosts too."""
    outside_failing: float = 0.6
    """Guessed addresses of the internet mostly do not answer; those that somebody wrote down mostly do."""
    answered_ports: int = 15
    """Ports of one host that were never used in the reference, answered or not. Only where there is a reference."""
    answered_hosts: int = 40
    """Hosts on one port that were never called in the reference, answered or not. Only where there is a reference."""
    answered_growth: float = 3.0
    """So many times the hosts that the workload called on that port in the reference: monitoring calls many always."""
    ephemeral: int = 32_768
    """Ports from here on count only where they were not answered: some logs begin amid a connection and take its end
    for its beginning, and Linux gives clients ports from 32768 on (`ip_local_port_range`, ip-sysctl of the kernel).
    """
    kept: int = 20_000
    """Targets that are remembered of one source, so that a scan of everything does not fill the memory."""


@dataclass(frozen=True, slots=True)
class BeaconLimits:
    """Callbacks at regular times. The numbers are such as RITA has (`activecm/rita`): the deviation of intervals, the
    sameness of sizes, the time covered; intervals and not spectra, since few calls suffice. With these limits less than
    one in 200 series of 10 or more calls at random passes, and all of 20 or more calls with a jitter up to ±40 %; of
    fewer calls with such jitter a part (simulated; the tests hold it).
    """

    calls: int = 8
    """Calls that are needed. Once an hour is 24 a day; a third of a day is enough."""
    enough: int = 20
    """Below so many calls chance looks regular more often: the limits go from the stricter ones, for the fewest calls,
    to the others in even steps.
    """
    span: float = 1_800.0
    """Seconds from the first to the last call. A retry loop of a minute is no beacon."""
    shortest: float = 5.0
    """Seconds between calls, below which it is a conversation."""
    deviation: float = 0.3
    """Median absolute deviation of intervals by their median. Calls at random have 0.69; a jitter of half the period to
    either side has 0.25.
    """
    deviation_of_few: float = 0.17
    near: float = 0.65
    """Share of intervals within a third of the median, or of twice or three times it (calls that were missed). Calls at
    random have 0.43.
    """
    near_of_few: float = 0.8
    within: float = 0.35
    """What counts as near, by the median."""
    same_size: float = 0.1
    """Median absolute deviation of bytes by their median, below which sizes are alike. It adds to the confidence."""
    common: int = 10
    """Workloads that call the same destination, from which on it is rather an agent or an update than an intruder, and
    one alert for all of them.
    """
    common_before: int = 5
    """Workloads that called the very destination in the reference, from which on one more is nothing new."""
    kept: int = 20_000
    """Calls that are remembered of one series: one each 4 seconds for a day."""
    series: int = 5_000
    """Destinations that are followed of one workload."""


@dataclass(frozen=True, slots=True)
class VolumeLimits:
    """Unusual volume, against the workload's own past. On a logarithmic scale, since traffic multiplies; with the
    median and its absolute deviation, which one busy hour does not move (B. Iglewicz, D. Hoaglin: How to Detect and
    Handle Outliers, 1993).
    """

    hours: int = 12
    """Hours with traffic that the reference has to hold; with less only what never was is told."""
    days: int = 3
    """Days of the reference that are needed to judge a day's sum."""
    deviations: float = 6.0
    """Robust deviations above the median. 3.5 is usual for one value; thousands are looked at each day."""
    narrowest: float = 0.35
    """The least deviation that is taken, in powers of two: traffic that is always the same varies by a quarter."""
    above_most: float = 3.0
    """So many times the busiest hour (or day) of the reference: a nightly copy was there before."""
    enough_days: int = 7
    """Days of the reference, below which a week's rhythm is not in it."""
    above_most_of_few: float = 5.0
    """So many times the busiest day, with fewer days: the median of three says little."""
    hour_bytes: int = 20_000_000
    """Less in an hour is not told: it is noise for all but the smallest workloads."""
    day_bytes: int = 100_000_000
    first_bytes: int = 50_000_000
    """Bytes in an hour to where the workload never sent anything in the reference."""


@dataclass(frozen=True, slots=True)
class TunnelLimits:
    """Tunnels through DNS, of one workload and registered domain in a day."""

    names: int = 30
    """Different names below the domain. A site has tens of hosts, and one client asks for few of them."""
    unique: float = 0.6
    """Different names by all lookups: a tunnel must not ask for a name twice, or caches would answer. Programs that
    reach a host ask for two types of each name, A and AAAA, and so have a half at most.
    """
    information: float = 2_000.0
    """Bytes that the different names carry in a day, at most by their entropy. V. Paxson and others (Practical
    Comprehensive Bounds on Surreptitious Communication Over DNS, USENIX Security 2013) take 4 kB as the bound that
    people can look after; with a sign by the shape of names required too, half of it holds.
    """
    information_of_two: float = 1_000.0
    """The same, where there are two signs or more."""
    length: float = 40.0
    """Characters of a name below the domain, on average: hosts are short, and labels of 63 are what data fills."""
    entropy: float = 4.55
    """Bits a character over all different names. Letters of languages have 4.1 to 4.3, hexadecimal digits 4, base32
    5.
    """
    odd_types: float = 0.4
    """Share of record types that hosts seldom ask for below names without an underscore (NULL, TXT, KEY, CNAME, MX,
    SRV, types without a name); they carry more in an answer than an address does.
    """
    bare_types: int = 10
    """Lookups of NULL, KEY or a private type, of different names, that are enough by themselves: no program needs these
    (RFC 1035, section 3.3.10: experimental; RFC 3445: KEY is for SIG(0) alone; RFC 6895, section 3.1: private use).
    """
    odd_names: float = 0.1
    """Share of names with characters that hosts do not have: bytes above 127, `+`, `/` or `=` of base64."""
    many: int = 150
    """Names from which on never asking twice is a sign by itself. A quiet tunnel of short names for addresses, one
    lookup each 50 seconds, has 1,700 a day and no other sign.
    """
    never_twice: float = 0.95
    """Different names by all lookups, for that sign."""
    answer: float = 250.0
    """Bytes of an answer on average, where names are different and answers carry the data."""
    kept_names: int = 20_000
    """Different names that are told apart; beyond it they are at least so many."""
    domains: int = 20_000
    """Domains that are followed of one workload in a day."""


@dataclass(frozen=True, slots=True)
class Limits:
    """All of them."""

    fresh: FreshLimits = field(default_factory=FreshLimits)
    scan: ScanLimits = field(default_factory=ScanLimits)
    beacon: BeaconLimits = field(default_factory=BeaconLimits)
    volume: VolumeLimits = field(default_factory=VolumeLimits)
    tunnel: TunnelLimits = field(default_factory=TunnelLimits)
    places: int = 5
    """Lines of logs that an alert names."""
