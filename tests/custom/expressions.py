"""Expressions over an object of our own, for Kubernetes' evaluator and for ours: every library, and some errors."""

from collections.abc import Iterator
from typing import Any

OBJECT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {
        "name": "web",
        "namespace": "shop",
        "labels": {"app": "web", "example.org/team": "payments", "tier": "gold"},
        "annotations": {},
        "finalizers": ["b", "a"],
    },
    "spec": {
        "replicas": 3,
        "ratio": 1.5,
        "whole": 2.0,
        "paused": False,
        "nothing": None,
        "biggest": 9223372036854775807,
        "text": "Grüße, 世界 🚀",
        "x-dash": "dashed",
        "template": {
            "spec": {
                "containers": [
                    {
                        "name": "app",
                        "image": "registry.example/app:1.2.3",
                        "ports": [{"containerPort": 80}, {"containerPort": 8443}],
                        "resources": {"limits": {"memory": "512Mi", "cpu": "1500m"}, "requests": {"memory": "256Mi"}},
                    },
                    {"name": "side", "image": "registry.example/side", "resources": {}},
                ],
                "hostAliases": [{"ip": "10.1.2.3", "hostnames": ["db", "cache"]}],
            }
        },
    },
}

LANGUAGE = """
true
null
1
-1
0x1F
1u
1.5e3
.5
-9223372036854775808
'a' + "b"
r'\\d' + '\\d'
'\\u00e9\\x41\\101\\n\\t'
b'\\xff\\001é'
\"\"\"two
lines\"\"\"
'''it's'''
// a comment
1 + 2
1 + 2 * 3 - 4 / 2 % 3
(1 + 2) * 3
-(-3)
!!true
7 / 2
-7 / 2
-7 % 3
7u / 2u
1.0 / 0.0
-1.0 / 0.0
1 / 0
1 % 0
9223372036854775807 + 1
-9223372036854775808 - 1
0u - 1u
18446744073709551615u + 1u
5.5 - 2.25
[1, 2] + [3]
[] + []
b'a' + b'b'
1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3 && 1 != 2
'a' < 'b'
'Z' < 'a'
false < true
b'a' < b'b'
[1] == [1]
[1, 2] == [2, 1]
{'a': 1} == {'a': 1}
{'a': [1, {'b': 2}]} == {'a': [1, {'b': 2}]}
dyn(1) == dyn(1.0)
dyn(1) == dyn('1')
dyn(1u) == dyn(1)
dyn(1) < dyn(1.5)
dyn(2u) > dyn(1)
dyn(true) == dyn(1)
dyn(null) == dyn(0)
dyn([1]) == dyn([1.0])
dyn(1) + dyn(1.5)
dyn('a') + dyn(1)
dyn('a') < dyn(1)
dyn(1) && true
true ? 1 : 2
false ? 1 / 0 : 2
dyn(1) ? 1 : 2
true || 1 / 0 > 0
1 / 0 > 0 || true
1 / 0 > 0 || false
false && 1 / 0 > 0
1 / 0 > 0 && false
1 / 0 > 0 && true
1 in [1, 2]
'a' in {'a': 1}
'a' in ['b']
dyn(1.0) in [1, 2]
[1, 2, 3][1]
[1][1]
[1][-1]
{'a': 1}['b']
{1: 'a'}[1]
{true: 'a'}[true]
{1u: 'a', 2u: 'b'}[2u]
{'a': 1}.a
{'a': 1, 'a': 2}
[1, dyn('a')].size()
type(1) == int
type('a')
type(1u)
type(1.0)
type(null)
type([])
type({})
type(true)
type(b'')
type(int)
type(timestamp(0))
type(duration('1s'))
type(timestamp(0)) == google.protobuf.Timestamp
int('42')
int('-42')
int('x')
int(1.9)
int(-1.9)
int(1e19)
int(7u)
int(18446744073709551615u)
uint(1)
uint(-1)
uint('7')
uint(1.9)
double('1.5')
double('x')
double(3)
string(1)
string(1u)
string(1.0)
string(1.5)
string(1e20)
string(1e21)
string(1e22)
string(1.5e-7)
string(123456789.125)
string(-0.25)
string(true)
string(b'abc')
string(b'\\xff')
bytes('é')
bool('true')
bool('T')
bool('yes')
size('é世🚀')
'é世🚀'.size()
size(b'é')
size([1, 2])
{'a': 1}.size()
"""

OBJECTS = """
object.metadata.name == 'web'
object.metadata.labels['example.org/team']
object.metadata.labels.app
object.metadata.namespace
object.spec.replicas + 1
object.spec.replicas > 2
object.spec.replicas < 3.5
object.spec.replicas == 3.0
object.spec.ratio * 2.0
object.spec.ratio * 2
type(object.spec.replicas)
type(object.spec.ratio)
type(object.spec.nothing)
type(object.spec)
type(object)
object.spec.biggest + 1
object.spec.missing
object.spec.missing.deeper
object.spec.replicas.deeper
object.spec.nothing.deeper
has(object.spec)
has(object.spec.missing)
has(object.spec.nothing)
has(object.spec.missing.deeper)
has(object.spec.replicas.deeper)
has(object.spec.nothing.deeper)
has(object.metadata.labels.app) && object.metadata.labels.app == 'web'
object.spec.nothing == null
'app' in object.metadata.labels
'nope' in object.metadata.labels
!('owner' in object.metadata.labels)
object.metadata.labels.size()
object.metadata.annotations == {}
object.metadata.labels.exists(k, k.startsWith('example.org/'))
object.metadata.labels.all(k, object.metadata.labels[k] != '')
object.metadata.labels.filter(k, k == 'tier')
object.spec.template.spec.containers.all(c, c.image.startsWith('registry.example/'))
object.spec.template.spec.containers.all(c, c.image.contains(':'))
object.spec.template.spec.containers.all(c, has(c.resources.limits))
object.spec.template.spec.containers.exists(c, c.name == 'side')
object.spec.template.spec.containers.exists_one(c, has(c.ports))
object.spec.template.spec.containers.map(c, c.name)
object.spec.template.spec.containers.map(c, has(c.ports), c.name)
object.spec.template.spec.containers.filter(c, c.name == 'app')[0].image
object.spec.template.spec.containers.all(c, c.ports.all(p, p.containerPort < 9000))
object.spec.template.spec.containers.exists(c, c.ports.exists(p, p.containerPort == 80))
object.spec.template.spec.containers[0].ports.map(p, p.containerPort).sum()
object.spec.template.spec.containers[7]
object.spec[1]
1 in object.spec
object.spec.text.size()
object.spec.text.substring(7, 9)
object.spec.text.indexOf('世')
object.kind == 'Deployment' && object.apiVersion == 'apps/v1'
object == object
object.spec.replicas in [1, 2, 3]
object.metadata.finalizers == ['b', 'a']
object.missing || true
true || object.missing
object.missing && false
object.missing == 1 ? 'a' : 'b'
object.spec.paused ? 'paused' : 'running'
object.spec.replicas ? 1 : 2
object.spec.whole == 2
[object.spec.replicas, object.spec.ratio]
oldObject == null
"""

MACROS = """
[1, 2, 3].all(x, x > 0)
[1, 2, 3].all(x, x > 1)
[].all(x, x > 1)
[0, 1].all(x, 1 / x > 5)
[0, 1].exists(x, 1 / x == 1)
[0, 2].exists(x, 1 / x == 1)
[0, 1].exists_one(x, 1 / x == 1)
[1, 1].exists_one(x, x == 1)
[1, 2].map(x, x * 2)
[1, 2].map(x, x > 1, x * 2)
[1, 2].filter(x, x > 1)
[1, 2].map(x, [3, 4].map(y, x * y))
[1].map(object, object + 1)
{'a': 1, 'b': 2}.exists(k, k == 'b')
[1, 2].all(i, v, v == i + 1)
{'a': 1}.all(k, v, k == 'a' && v == 1)
[5, 6].exists(i, v, i == 1 && v == 6)
[5, 6].existsOne(i, v, v > 4)
[5, 6].exists_one(i, v, v > 5)
[1, 2, 3].transformList(i, v, i * v)
[1, 2, 3].transformList(i, v, i > 0, v)
{'a': 1}.transformList(k, v, k)
{'a': 1}.transformMap(k, v, v + 1)
[7, 8].transformMap(i, v, v > 7, v)
{'a': 'x'}.transformMapEntry(k, v, {v: k})
['x', 'x'].transformMapEntry(i, v, {v: i})
object.metadata.labels.all(k, v, k != '' && v != '')
[3, 1, 2].sortBy(x, -x)
['bb', 'a'].sortBy(s, s.size())
[1, 2].all(1, true)
[1].all(x)
has(1)
has(object)
"""

OPTIONALS = """
object.spec.?replicas.orValue(0)
object.spec.?missing.orValue(7)
object.?spec.?missing.?deeper.hasValue()
object.?spec.template.spec.hasValue()
object.spec.?nothing.hasValue()
object.spec.?replicas.?deeper.hasValue()
object.spec.?replicas.optMap(r, r + 1).value()
object.spec.?missing.optMap(r, r + 1).hasValue()
object.spec.?template.optFlatMap(t, t.?spec).hasValue()
object.metadata.?labels['app'].orValue('')
object.metadata.?labels[?'nope'].orValue('none')
object.metadata.labels[?'nope'].hasValue()
[1, 2][?5].orValue(0)
[1, 2][?1].value()
optional.none().value()
optional.of(1).or(optional.of(2)).value()
optional.none().or(optional.of(2)).value()
optional.of(1).orValue(1 / 0)
optional.ofNonZeroValue('').hasValue()
optional.ofNonZeroValue(0).hasValue()
optional.ofNonZeroValue([1]).hasValue()
optional.of(1) == optional.of(1)
optional.none() == optional.of(1)
[?object.spec.?missing, 1]
[?object.spec.?replicas]
{?'a': object.spec.?missing, 'b': 1}
{?'a': object.spec.?replicas}
type(optional.none())
has(object.spec.?template.spec)
object.metadata.?labels.orValue({}).all(k, k != '')
"""

STRINGS = """
'hello'.charAt(4)
'hello'.charAt(5)
'hello'.charAt(6)
'hello mellow'.indexOf('')
'hello mellow'.indexOf('ello')
'hello mellow'.indexOf('jello')
'hello mellow'.indexOf('', 2)
'hello mellow'.indexOf('ello', 2)
'hello mellow'.indexOf('ello', 20)
'hello mellow'.indexOf('', 20)
'hello mellow'.indexOf('ello', -1)
'hello mellow'.lastIndexOf('')
'hello mellow'.lastIndexOf('ello')
'hello mellow'.lastIndexOf('ello', 6)
'hello mellow'.lastIndexOf('ello', 20)
'hello mellow'.lastIndexOf('ello', -1)
'世界世'.lastIndexOf('世')
'TacoCÆt Xii'.lowerAscii()
'tacocæt xii'.upperAscii()
'hello hello'.replace('he', 'we')
'hello hello'.replace('he', 'we', 1)
'hello hello'.replace('he', 'we', 0)
'hello hello'.replace('he', 'we', -1)
'ab'.replace('', '_')
'a b c'.split(' ')
'a b c'.split(' ', 0)
'a b c'.split(' ', 1)
'a b c'.split(' ', 2)
'a b c'.split(' ', -1)
'añb'.split('')
'añb'.split('', 2)
['a', 'b'].join()
['a', 'b'].join('-')
[].join('-')
'tacocat'.substring(4)
'tacocat'.substring(0, 4)
'tacocat'.substring(-1)
'tacocat'.substring(2, 1)
'tacocat'.substring(8)
'  \\ttrim\\n '.trim()
'\\u00a0x\\u3000'.trim()
strings.quote('a "b"\\n')
'%s and %d'.format(['a', 42])
'%s'.format([[1, 'b', 1.5, true, null]])
'%s'.format([{'b': 1, 'a': [2]}])
'%s %s'.format([1.5, 2u])
'%s'.format([duration('1h2m3s')])
'%s'.format([timestamp('2023-02-03T23:31:20+00:00')])
'%s'.format([type('a')])
'%.2f'.format([3.14159])
'%f'.format([1234.5])
'%e'.format([2.71828])
'%b %b'.format([5, true])
'%x %X'.format([26, 26])
'%x'.format(['hello'])
'%o'.format([30])
'%d%%'.format([50])
'%d'.format(['a'])
'%d %d'.format([1])
'abc'.contains('b') && 'abc'.startsWith('a') && 'abc'.endsWith('c')
'abc'.contains(1)
'abc'.reverse()
"""

LISTS = """
[1, 2, 3].isSorted()
['a', 'c', 'b'].isSorted()
[].isSorted()
[1, 3].sum()
[1.5, 2.5].sum()
[1u, 2u].sum()
[duration('1m'), duration('1s')].sum()
[1, 3].min()
[1, 3].max()
['b', 'a'].min()
[1, 2, 2, 3].indexOf(2)
[1, 2, 2, 3].lastIndexOf(2)
[1.0].indexOf(1.1)
[1, 2, 3, 4].slice(1, 3)
[1, 2].slice(1, 5)
[[1], [2, [3]]].flatten()
[[1, [2, [3]]]].flatten(2)
[1, 2, 2, 3].distinct()
[5, 1].reverse()
[3, 2, 1].sort()
['b', 'a'].sort()
dyn([1, 'a']).sort()
lists.range(3)
[1, 2].first().value()
[1, 2].last().value()
[].first().hasValue()
[optional.of(1), optional.none()].unwrapOpt()
optional.unwrap([optional.of(1), optional.none()])
object.metadata.finalizers.isSorted()
object.spec.template.spec.containers.map(c, c.name).join(',')
sets.contains([1, 2], [1])
sets.contains([1], [1, 2])
sets.equivalent([1, 2], [2, 1, 1])
sets.intersects([1, 2], [2, 3])
sets.intersects([], [1])
sets.contains(object.metadata.finalizers, ['a'])
[1, 2].includes(2)
"""

REGEX = """
'abc 123'.find('[0-9]+')
'abc'.find('[0-9]+')
'1, 2, 3'.findAll('[0-9]')
'1, 2, 3'.findAll('[0-9]', 2)
'1, 2, 3'.findAll('[0-9]', 0)
'1, 2, 3'.findAll('[0-9]*')
'1, 2, 3'.findAll('[0-9]+').map(x, int(x)).sum()
'abc'.matches('^a.c$')
'abc\\n'.matches('^abc$')
'a\\nb'.matches('(?m:^b$)')
'ABC'.matches('(?i:abc)')
'x'.matches('[[:alpha:]]')
'é'.matches('\\\\w')
'٣'.matches('\\\\d')
'a.b'.matches('\\\\Qa.b\\\\E')
'abc'.matches('(?P<first>a)bc')
'abc'.matches('a(?=b)')
'abc'.matches('(a)\\\\1')
'abc'.matches('[')
'aaa'.find('a{2}')
'aaa'.find('a+?')
'a]b'.find('[]]')
'a-b'.find('[a\\\\-]+')
'x{'.matches('x{')
'web-1'.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')
'é'.matches('^\\\\pL$')
'é'.matches('^\\\\p{Greek}$')
'aBC'.matches('a(?i)bc')
'aab'.find('(?U)a+')
'a\\nb'.findAll('(?m)^.')
'é'.matches('\\\\C')
'C'.matches('\\\\QC\\\\E')
'\\\\C'.matches('^\\\\\\\\C$')
'ab'.matches('(?P<a>a)(?P<a>b)')
'ab'.matches('(?<a>a)(?<b>b)')
'a'.matches('a**')
'a'.matches('a{2}{3}')
'a'.matches('a{1001}')
'a'.matches('(?:a{1000}){2}')
'a'.matches('a\\\\Z')
'a'.matches('a\\\\z')
'x'.matches('[[:^alpha:]]')
'x'.matches('[[:nope:]]')
'éaé'.findAll('a*')
'xx'.findAll('x*?')
'xéx'.findAll('')
'a\\n'.findAll('.')
'k'.matches('(?i)^\\\\x{212a}$')
'bab'.findAll('a|b*')
"""

URLS = """
isURL('https://user:pass@example.com:80/path?query=val#fragment')
isURL('/absolute-path')
isURL('https://a:b:c/')
isURL('../relative-path')
isURL('mailto:a@b')
isURL('')
isURL('http://[::1]:80/')
isURL('http://[::1/')
isURL('http://a b/')
isURL('http://a/%zz')
isURL('1http://a')
isURL('http://')
url('https://a:b:c/')
url('/path').getScheme()
url('HTTPS://example.com/').getScheme()
url('https://example.com:80/').getHost()
url('https://[::1]:80/').getHost()
url('/path').getHost()
url('https://user@example.com:80/').getHostname()
url('https://[::1]:80/').getHostname()
url('https://example.com:80/').getPort()
url('https://example.com/').getPort()
url('https://example.com/path with spaces/').getEscapedPath()
url('https://example.com/a%2Fb?x=1#y').getEscapedPath()
url('https://example.com').getEscapedPath()
url('https://example.com/ü').getEscapedPath()
url('https://example.com/path?k1=a&k2=b&k2=c').getQuery()
url('https://example.com/path?key with spaces=a+b%20c').getQuery()
url('https://example.com/path?').getQuery()
url('https://example.com/') == url('https://example.com/')
url('https://example.com/') == url('https://example.org/')
"""

QUANTITIES = """
isQuantity('1.5G')
isQuantity('1,3G')
isQuantity('200K')
isQuantity('Three')
isQuantity('Mi')
isQuantity('')
isQuantity('+1')
isQuantity('1e3')
isQuantity('1E')
isQuantity('1e')
isQuantity('.5')
isQuantity('1.')
isQuantity('0x1')
isQuantity(' 1')
quantity('200K')
quantity('50000000G').isInteger()
quantity('50k').asInteger()
quantity('1000m').isInteger()
quantity('1000m').asInteger()
quantity('1.0').isInteger()
quantity('9999999999999999999999999999999999999G').isInteger()
quantity('9999999999999999999999999999999999999G').asInteger()
quantity('50k').sub(20000).asApproximateFloat()
quantity('-1').sign()
quantity('0').sign()
quantity('50k').add(quantity('20k')) == quantity('70k')
quantity('50k').add(20).asInteger()
quantity('50k').add(20).sub(quantity('100k')).sub(-50000).asInteger()
quantity('200M').compareTo(quantity('0.2G'))
quantity('50M').compareTo(quantity('50Mi'))
quantity('50Mi').compareTo(quantity('50M'))
quantity('150Mi').isGreaterThan(quantity('100Mi'))
quantity('50M').isLessThan(quantity('100M'))
quantity('0.5n') == quantity('1n')
quantity('1Gi').asInteger()
quantity('1.5Gi').isInteger()
quantity('1.5Gi').asApproximateFloat()
quantity('500m').asApproximateFloat()
quantity('1') == quantity('1000m')
quantity(object.spec.template.spec.containers[0].resources.limits.memory).isLessThan(quantity('1Gi'))
quantity(object.spec.template.spec.containers[0].resources.limits.cpu).compareTo(quantity('1'))
quantity('500m').add(quantity('500m')).isInteger()
quantity('1k').add(quantity('1')).asInteger()
sign(quantity('5'))
quantity('1') + quantity('1')
quantity(1)
type(quantity('1'))
"""

NETWORK = """
isIP('127.0.0.1')
isIP('::1')
isIP('127.0.0.256')
isIP(':::1')
isIP('127.0.0.01')
isIP('::ffff:1.2.3.4')
isIP('fe80::1%eth0')
ip('127.0.0.256')
ip('127.0.0.1').family()
ip('::1').family()
ip.isCanonical('2001:db8::abcd')
ip.isCanonical('2001:DB8::ABCD')
ip.isCanonical('2001:db8::0:0:0:abcd')
ip.isCanonical('nope')
ip('0.0.0.0').isUnspecified()
ip('::').isUnspecified()
ip('127.9.9.9').isLoopback()
ip('::1').isLoopback()
ip('224.0.0.1').isLinkLocalMulticast()
ip('224.0.1.1').isLinkLocalMulticast()
ip('ff02::1').isLinkLocalMulticast()
ip('ff12::1').isLinkLocalMulticast()
ip('fd00::1').isLinkLocalMulticast()
ip('169.254.169.254').isLinkLocalUnicast()
ip('fe80::1').isLinkLocalUnicast()
ip('192.168.0.1').isGlobalUnicast()
ip('255.255.255.255').isGlobalUnicast()
ip('ff00::1').isGlobalUnicast()
ip('2001:db8::abcd').isGlobalUnicast()
string(ip('2001:DB8:0:0::1'))
ip('::1') == ip('0:0:0:0:0:0:0:1')
isCIDR('192.168.0.0/16')
isCIDR('192.168.0.0/33')
isCIDR('192.168.0.0/016')
isCIDR('192.168.0.0')
isCIDR('::1/128')
isCIDR('192.168.0.1/16')
cidr('192.168.0.0/33')
cidr('192.168.0.0/24').containsIP(ip('192.168.0.1'))
cidr('192.168.0.0/24').containsIP('192.168.1.1')
cidr('10.0.0.0/8').containsIP(object.spec.template.spec.hostAliases[0].ip)
cidr('192.168.0.0/24').containsIP('nope')
cidr('::/0').containsIP('1.2.3.4')
cidr('0.0.0.0/0').containsIP('1.2.3.4')
cidr('192.168.0.0/16').containsCIDR(cidr('192.168.10.0/24'))
cidr('192.168.1.0/24').containsCIDR('192.168.2.0/24')
cidr('192.168.1.0/24').containsCIDR('192.168.0.0/16')
cidr('192.168.0.1/24').ip() == ip('192.168.0.1')
cidr('192.168.0.1/24').masked() == cidr('192.168.0.0/24')
cidr('192.168.0.1/24') == cidr('192.168.0.1/24').masked()
cidr('::1/128').prefixLength()
string(cidr('192.168.0.1/24'))
type(ip('::1'))
type(cidr('::1/128'))
"""

FORMATS = """
format.dns1123Label().validate('my-label').hasValue()
format.dns1123Label().validate('My_Label').hasValue()
format.dns1123Label().validate('a-').hasValue()
format.dns1123Subdomain().validate('apiextensions.k8s.io').hasValue()
format.dns1123Subdomain().validate('a..b').hasValue()
format.dns1035Label().validate('1abc').hasValue()
format.qualifiedName().validate('apiextensions.k8s.io/v1beta1').hasValue()
format.qualifiedName().validate('a/b/c').hasValue()
format.qualifiedName().validate('/b').hasValue()
format.qualifiedName().validate('').hasValue()
format.dns1123LabelPrefix().validate('my-label-prefix-').hasValue()
format.dns1123SubdomainPrefix().validate('mysubdomain.prefix.-').hasValue()
format.dns1035LabelPrefix().validate('my-label-prefix-').hasValue()
format.labelValue().validate('').hasValue()
format.labelValue().validate('-a').hasValue()
format.uri().validate('http://example.com').hasValue()
format.uri().validate('nope').hasValue()
format.uuid().validate('123e4567-e89b-12d3-a456-426614174000').hasValue()
format.uuid().validate('123').hasValue()
format.byte().validate('aGVsbG8=').hasValue()
format.byte().validate('aGVsbG8').hasValue()
format.byte().validate('').hasValue()
format.date().validate('2021-01-31').hasValue()
format.date().validate('2021-02-31').hasValue()
format.datetime().validate('2021-01-01T00:00:00Z').hasValue()
format.datetime().validate('2021-01-01T24:00:00Z').hasValue()
format.datetime().validate('2021-01-01').hasValue()
format.named('dns1123Label').hasValue()
format.named('nope').hasValue()
format.named('uuid').value().validate('x').hasValue()
format.dns1123Label().validate('x'.replace('x', 'aaaaaaaaaaaaaaaa').replace('a', 'aaaa')).hasValue()
"""

SEMVERS = """
isSemver('1.0.0')
isSemver('hello')
isSemver('v1.0')
isSemver('v1.0', true)
isSemver('01.0.0')
isSemver('1.0.0-01')
isSemver('1.0.0-')
isSemver('1.0.0+build.01')
isSemver('1.0', true)
isSemver('01.01.01', true)
isSemver('1.0-rc1', true)
semver('200K')
semver('1.2.3').major()
semver('1.2.3').minor()
semver('1.2.3').patch()
semver('v1.0', true).compareTo(semver('1.0.0'))
semver('1.2.3').compareTo(semver('2.0.0'))
semver('1.0.0-alpha').isLessThan(semver('1.0.0'))
semver('1.0.0-alpha.1').isGreaterThan(semver('1.0.0-alpha'))
semver('1.0.0-alpha.beta').isGreaterThan(semver('1.0.0-alpha.1'))
semver('1.0.0-2').isLessThan(semver('1.0.0-11'))
semver('1.0.0+a') == semver('1.0.0+b')
"""

TIMES = """
timestamp('2023-12-31T23:59:59.5Z')
timestamp('2023-12-31T23:59:59+02:00')
timestamp('2023-13-01T00:00:00Z')
timestamp('2023-12-31')
timestamp(0)
timestamp('2023-12-31T23:59:59Z').getFullYear()
timestamp('2023-12-31T23:59:59Z').getMonth()
timestamp('2023-12-31T23:59:59Z').getDate()
timestamp('2023-12-31T23:59:59Z').getDayOfMonth()
timestamp('2023-12-31T23:59:59Z').getDayOfWeek()
timestamp('2023-12-31T23:59:59Z').getDayOfYear()
timestamp('2023-12-31T23:59:59Z').getHours()
timestamp('2023-12-31T23:59:59Z').getHours('+02:00')
timestamp('2023-12-31T23:59:59Z').getHours('-05:30')
timestamp('2023-12-31T23:59:59Z').getMinutes()
timestamp('2023-12-31T23:59:59Z').getSeconds()
timestamp('2023-12-31T23:59:59.123Z').getMilliseconds()
timestamp('2023-01-02T00:00:00Z') - timestamp('2023-01-01T00:00:00Z')
timestamp('2023-01-01T00:00:00Z') + duration('36h')
timestamp('2023-01-01T00:00:00Z') - duration('1s')
timestamp('2023-01-01T00:00:00Z') < timestamp('2024-01-01T00:00:00Z')
timestamp('9999-12-31T23:59:59Z') + duration('1s')
string(timestamp('2023-01-01T00:00:00.120Z'))
int(timestamp('2023-01-01T00:00:00Z'))
duration('1h30m5s')
duration('1.5h')
duration('-2m')
duration('1ns') + duration('1us') + duration('1ms')
duration('x')
duration('1')
duration('90m').getHours()
duration('90m').getMinutes()
duration('90m').getSeconds()
duration('1500ms').getMilliseconds()
duration('-90m').getHours()
duration('1h') > duration('59m')
string(duration('1h2m3.5s'))
int(duration('1s'))
"""

WRONG = """
1 +
object.
object.spec..x
'open
object.spec[
foo(1)
'a'.foo()
nothere.x
object.spec.replicas = 3
object & object
[1, 'a']
{'a': 1, 2: 'b'}
'a'.charAt()
size()
math.greatest(1, 2)
base64.encode(b'a')
cel.bind(x, 1, x)
object.`x-dash`
Message{a: 1}
if
object.in
params.x
variables.x
1.5.foo
!'a'
99999999999999999999
'\\q'
"""

GROUPS = {
    "language": LANGUAGE,
    "objects": OBJECTS,
    "macros": MACROS,
    "optionals": OPTIONALS,
    "strings": STRINGS,
    "lists": LISTS,
    "regex": REGEX,
    "urls": URLS,
    "quantities": QUANTITIES,
    "network": NETWORK,
    "formats": FORMATS,
    "semver": SEMVERS,
    "times": TIMES,
    "wrong": WRONG,
}

VERSIONS = (28, 29, 30, 31, 32, 33, 34, 35, 36, 37)
"""Minor versions of Kubernetes that each expression is asked of."""


def expressions() -> Iterator[tuple[str, str]]:
    """Every group and expression. Lines that open a long string go together with those after them."""
    for group, text in GROUPS.items():
        pending = ""
        for line in text.strip().split("\n"):
            pending += line
            if pending.count('"""') % 2 or (pending.startswith("//") and "\n" not in pending):
                pending += "\n"
                continue
            yield group, pending
            pending = ""
