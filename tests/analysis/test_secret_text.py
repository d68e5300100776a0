"""Secrets in text. Keys of a real vendor's format are put together here, so that no scanner finds one in this file."""

import base64
import random
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardstand.analysis.secret_arguments import in_arguments
from hardstand.analysis.secret_literals import is_literal
from hardstand.analysis.secret_names import PASSWORD, noun_in
from hardstand.analysis.secret_text import Detected, all_in_named_value, in_named_value, in_text
from hardstand.analysis.secret_values import secret_values


def made(length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    """Text that looks generated, the same at every run."""
    return "".join(random.Random(length).choices(alphabet, k=length))


HEX = "0123456789abcdef"
PEM = "-----BEGIN RSA " + "PRIVATE KEY-----\n" + made(64) + "\n" + made(63) + "=\n-----END RSA " + "PRIVATE KEY-----\n"
JWT = "ey" + "JhbGciOiJIUzI1NiJ9" + ".ey" + "JzdWIiOiJzaG9wLXdvcmtlciJ9." + made(43)
SHAPES = {
    "private key": [
        PEM,
        PEM.replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n", 1),
        "-----BEGIN " + "PRIVATE KEY-----\\n" + made(64) + "\\n",
    ],
    "AWS access key ID": ["AK" + "IA" + "QYLPMN5HFIQR7XYA"],
    "GitHub token": ["gh" + "p_" + made(36), "gh" + "o_" + made(36), "github" + "_pat_" + made(82)],
    "GitLab token": ["gl" + "pat-" + made(20), "gl" + "rt-" + made(20)],
    "Slack token": [
        "xo" + "xb-" + "123456789012-123456789013-" + made(24),
        "xa" + "pp-1-A1B2C3-123456-" + made(64, HEX),
    ],
    "Slack webhook": ["https://hooks.slack" + ".com/services/T01234567/B01234567/" + made(24)],
    "Google API key": ["AI" + "za" + made(35)],
    "Stripe key": ["sk_" + "live_" + made(24), "rk_" + "test_" + made(24)],
    "JSON web token": [JWT],
    "npm token": ["np" + "m_" + made(36)],
    "Hugging Face token": ["h" + "f_" + made(34, string.ascii_letters)],
    "Vault token": ["hv" + "s." + made(24)],
    "DigitalOcean token": ["dop" + "_v1_" + made(64, HEX)],
    "age key": ["AGE-SECRET" + "-KEY-1" + made(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")],
    "bearer token": ["Bearer " + made(20, HEX)],
    "Basic login": [
        "Basic " + base64.b64encode(b"shop:not-a-real-password").decode(),
        "basic " + base64.b64encode(b"shop:not-a-real-one").decode().rstrip("="),
        "Basic " + base64.b64encode(made(24).encode() + b":").decode(),
    ],
    "authorization header": ["Authorization: Basic " + base64.b64encode(b"shop:not-a-real-password").decode()],
    "password in a URL": ["postgres://shop:not-a-real-password@db.shop.svc/shop", "redis://:not-a-real-one@redis/0"],
}


@pytest.mark.parametrize(("kind", "secret"), [(kind, one) for kind, all_of in SHAPES.items() for one in all_of])
def test_known_shapes_are_found_anywhere(kind: str, secret: str) -> None:
    for text in (secret, f"x = {secret}", f'{{"a": "{secret}"}}', f"first line\n  {secret}\nlast line"):
        assert kind in {found.kind for found in in_text(text)}, text


@pytest.mark.parametrize(
    "text",
    [
        "AKIA",
        "AK" + "IA" + "X" * 16,
        "AK" + "IA" + "IOSFODNN7" + "EXAMPLE",
        "gh" + "p_" + "x" * 36,
        "xo" + "xb-your-token",
        "-----BEGIN " + "PRIVATE KEY-----\n...\n-----END " + "PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\n" + made(64) + "\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\n" + made(64) + "\n-----END PUBLIC KEY-----",
        "https://user:password@example.com",
        "https://$(USER):$(PASSWORD)@db",
        "postgres://shop:${DB_PASSWORD}@db/shop",
        "https://git.example/a/b@v1.2",
        "http://[2001:db8::1]:8080/a@b",
        "Authorization: Bearer $TOKEN",
        "Authorization: Bearer <token>",
        "bearer authentication is required",
        "Basic authentication of users and passwords",
        "Basic " + base64.b64encode(b"user:password").decode(),
        "Basic " + base64.b64encode(b"shop:").decode(),
        "Basic " + base64.b64encode(b"no colon in this text").decode(),
        "Basic " + base64.b64encode(b"\x00\x01:\x02\x03\x04\x05").decode(),
        "Authorization: Basic ${LOGIN}",
        "s.acceptanceTimeoutSeconds",
    ],
)
def test_what_only_looks_like_one_is_not(text: str) -> None:
    assert list(in_text(text)) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("DB_PASSWORD", "password"),
        ("PGPASSWORD", "password"),
        ("MYSQL_PWD", "password"),
        ("pwd", "password"),
        ("smtpPass", "password"),
        ("requirepass", "password"),
        ("spring.datasource.password", "password"),
        ("PASSWORD_2", "password"),
        ("password.txt", "password"),
        ("SECRET_BLAH", "secret"),
        ("client-secret", "secret"),
        ("JWT_SECRET", "secret"),
        ("githubToken", "token"),
        ("authtoken", "token"),
        ("oauth2Token", "token"),
        ("API_KEY", "key"),
        ("APIKey", "key"),
        ("apikey", "key"),
        ("AWS_SECRET_ACCESS_KEY", "key"),
        ("SECRET_KEY_BASE", "key"),
        ("azure_batch_key", "key"),
        ("SSH_PRIVATE_KEY", "key"),
        ("GOOGLE_CREDENTIALS", "credentials"),
    ],
)
def test_names_that_say_it(name: str, kind: str) -> None:
    noun = noun_in(name)
    assert noun is not None
    assert (noun.kind, noun.weak) == (kind, False)


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD_FILE",
        "TOKEN_PATH",
        "SECRET_NAME",
        "db-secret-name",
        "PASSWORD_AUTH_ENABLED",
        "TOKEN_TTL",
        "TOKEN_URL",
        "PASSWORD_MIN_LENGTH",
        "AWS_ACCESS_KEY_ID",
        "PUBLIC_KEY",
        "CSRF_TOKEN",
        "MAX_TOKENS",
        "SECRETS_BACKEND",
        "tlsSecret",
        "imagePullSecret",
        "existingSecret",
        "userPasswordKey",
        "COMPASS",
        "BYPASS",
        "PASS_THROUGH",
        "JWT_COOKIE_NAME",
        "initial-cluster-token",
        "MONKEY",
        "KEYCLOAK_ADMIN",
        "",
        "42",
    ],
)
def test_names_that_do_not(name: str) -> None:
    assert noun_in(name) is None


@pytest.mark.parametrize(
    "value",
    ["not-a-real-password", "changeme", "password", "hunter2", "a", "p@ss w0rd!", "123456", "correct horse battery"],
)
def test_a_literal_under_the_name_of_a_password(value: str) -> None:
    found = in_named_value("DB_PASSWORD", value)
    assert found is not None
    assert (found.kind, found.name, found.value) == ("password", "DB_PASSWORD", value)


INNOCENT = [
    "",
    "  ",
    "true",
    "False",
    "null",
    "3600",
    "8080",
    "24h",
    "1h30m",
    "64Mi",
    "$(DB_PASSWORD)",
    "${DB_PASSWORD}",
    "${DB_PASSWORD:-}",
    "$DB_PASSWORD",
    "{{ .Values.password }}",
    "<password>",
    "[REDACTED]",
    "********",
    "xxxxxxxx",
    "%DB_PASSWORD%",
    "__PASSWORD__",
    "DB_PASSWORD",
    "/run/secrets/db/password",
    "./secrets/password",
    "my/secret/file/path",
    "C:\\secrets\\db",
    "file:///run/secrets/db",
    "https://vault.example/v1/secret",
    "vault:secret/data/db#password",
    "ref+vault://secret/db#/password",
    "op://shop/db/password",
    "ENC[AES256_GCM,data:abc,iv:def,tag:ghi,type:str]",
    "ENC(abcdef)",
    "{cipher}abcdef",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db",
    "projects/p/secrets/db/versions/1",
]


@pytest.mark.parametrize("value", INNOCENT)
@pytest.mark.parametrize("name", ["DB_PASSWORD", "API_TOKEN", "JWT_SECRET"])
def test_references_and_settings_are_silent(name: str, value: str) -> None:
    assert in_named_value(name, value) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOKEN", "bearer"),
        ("DB_SECRET", "shop/db"),
        ("DB_SECRET", "db-secret-name"),
        ("secretKey", "password"),
        ("secretKey", "tls.key"),
        ("CACHE_KEY", "shop-front-page-v2"),
        ("SORT_KEY", "created_at"),
        ("PARTITION_KEY", "0f9a1c52-1234-4d5e-9abc-123456789012"),
        ("BLAH", "secretsquirrels"),
        ("DB_URL", "postgres://db.shop.svc:5432/shop?sslmode=verify-full"),
        ("SMTP_PASSWORD_FILE", "hunter2"),
    ],
)
def test_other_values_that_are_silent(name: str, value: str) -> None:
    assert in_named_value(name, value) is None


def test_a_key_of_no_kind_must_look_generated() -> None:
    assert in_named_value("MY_KEY", "page-one-of-the-shop") is None
    found = in_named_value("MY_KEY", made(40))
    assert found is not None
    assert found.kind == "key"


FILES = {
    "properties": "spring.datasource.url=jdbc:postgresql://db/shop\nspring.datasource.password=not-a-real-password\n",
    "yaml": "db:\n  user: shop\n  password: not-a-real-password # rotate\n",
    "quoted yaml": "db:\n  password: 'not-a-real-password'\n",
    "json": '{"user": "shop", "password": "not-a-real-password", "port": 5432}',
    "escaped json": '{\\"user\\": \\"shop\\", \\"password\\": \\"not-a-real-password\\"}',
    "toml": '[db]\npassword = "not-a-real-password"\n',
    "ini": "[db]\npassword=not-a-real-password\n",
    "env": "export DB_PASSWORD=not-a-real-password\n",
    "xml": "<db><user>shop</user><password>not-a-real-password</password></db>",
    "xml attribute": '<user username="shop" password="not-a-real-password" roles="manager"/>',
    "app settings": '<add key="DbPassword" value="not-a-real-password" />',
    "connection string": "ConnectionString=Server=db;User=shop;Password=not-a-real-password;Encrypt=true\n",
    "redis": "maxmemory 400mb\nrequirepass not-a-real-password\n",
    "netrc": "machine git.example login shop password not-a-real-password\n",
    "shell": "PGPASSWORD=not-a-real-password psql -h db\n",
    "manifest": "env:\n- name: DB_PASSWORD\n  value: not-a-real-password\n",
    "list of pairs": '[{"name": "DB_PASSWORD", "value": "not-a-real-password"}]',
    "windows line ends": "user=shop\r\npassword=not-a-real-password\r\n",
    "minified": '{"a":"' + "x" * 5000 + '","password":"not-a-real-password"}',
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_settings_inside_files(text: str) -> None:
    assert [(found.kind, found.value) for found in in_text(text)] == [("password", "not-a-real-password")]


HARMLESS_FILES = {
    "comment": "# password: changeme\n// password = changeme\n",
    "references": "password: ${DB_PASSWORD}\ntoken: $__file{/run/secrets/token}\nsecret: {{ secret }}\n",
    "code": "password = os.environ['DB_PASSWORD']\ntoken = getToken()\nsecret = config.secret\nkey = keys[0]\n",
    "comparison": 'if [ "$PASSWORD" = "" ]; then echo "no password set"; fi\n',
    "prose": "password: The password of the user\nToken: see the manual\n",
    "schema": "password: string\ntoken:\n  type: string\n",
    "block": "password: |\n  # from the store\n",
    "from a file": "password_file: /run/secrets/db\ncredentials_file: /run/token\nbearer_token_file: /var/run/t\n",
    "references to Secrets": "env:\n- name: PASSWORD\n  valueFrom:\n    secretKeyRef: {name: db, key: password}\n",
    "image": "image: ghcr.io/acme/token-service:main\n- ghcr.io/acme/secret-sync:edge\n",
    "alert": 'expr: rate(auth_failures_total{token="expired"}[5m]) > 0\n',
    "empty": "password=\ntoken:\nsecret: ''\n",
    "yaml lists": "auth: [basic, token]\nkeys: {}\n",
}


@pytest.mark.parametrize("text", HARMLESS_FILES.values(), ids=HARMLESS_FILES)
def test_harmless_files(text: str) -> None:
    assert list(in_text(text)) == []


def test_the_name_of_the_whole_is_not_taken_for_its_settings() -> None:
    found = list(all_in_named_value("secret.properties", "a=1\nb=2\n"))
    assert found == []


@pytest.mark.parametrize(
    ("words", "at"),
    [
        (["--password=not-a-real-password"], 0),
        (["--requirepass", "not-a-real-password", "--maxmemory", "400mb"], 1),
        (["-Dspring.datasource.password=not-a-real-password", "-jar", "app.jar"], 0),
        (["helm", "install", "--set", "auth.password=not-a-real-password"], 3),
        (["sh", "-c", "redis-cli -a not-a-real-password ping"], 2),
        (["sh", "-c", "PGPASSWORD=not-a-real-password psql -h db"], 2),
        (["sh", "-c", "exec app --token 'not-a-real-password'"], 2),
        (["mysqladmin", "-uroot", "-pnot-a-real-password", "ping"], 2),
        (["curl", "-fsS", "-u", "shop:not-a-real-password", "https://shop.example"], 3),
        (["/usr/bin/sshpass", "-p", "not-a-real-password", "ssh", "host"], 2),
        (["psql", "postgres://shop:not-a-real-password@db/shop"], 1),
    ],
)
def test_arguments(words: list[str], at: int) -> None:
    assert [(place, found.value) for place, found in in_arguments(words)] == [(at, "not-a-real-password")]


@pytest.mark.parametrize(
    "words",
    [
        ["--password-file=/run/secrets/db", "--token-ttl=24h", "--secret-name=db", "--key-file", "/tls/tls.key"],
        ["--token", "$(TOKEN)", "--password=${PASSWORD}", "-u", "shop:$(PASSWORD)"],
        ["--authentication-token-webhook=true", "--enable-secret", "shop", "--tls-secret=shop/tls"],
        ["mkdir", "-p", "/data", "&&", "cp", "-p", "a", "b"],
        ["curl", "-u", "user:password", "https://example.com"],
        ["--initial-cluster-token=cluster0", "--client-cert-auth=true", "--service-account-key-file=/pki/sa.pub"],
        ["sh", "-c", 'test -n "$PASSWORD" && exec app --password "$PASSWORD"'],
        ["sh", "-c", "echo 'an open quote"],
        ["--password"],
        [""],
        [],
    ],
)
def test_arguments_without_secrets(words: list[str]) -> None:
    assert list(in_arguments(words)) == []


def test_a_secret_is_never_shown() -> None:
    found = in_named_value("DB_PASSWORD", "not-a-real-password")
    assert found is not None
    assert "not-a-real" not in f"{found} {found!r}"
    assert str(found) == "password of 19 characters"


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert all(isinstance(found, Detected) for found in in_text(text))
    assert all(found.value for found in in_text(text))


@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_arguments_can_be_read(words: list[str]) -> None:
    assert all(0 <= at < len(words) for at, _ in in_arguments(words))


@given(
    st.permutations(string.ascii_letters + string.digits).map(lambda found: "pw-" + "".join(found[:20])),
    st.sampled_from(list(FILES)),
)
def test_any_plain_password_in_any_notation(password: str, notation: str) -> None:
    text = FILES[notation].replace("not-a-real-password", password)
    assert password in {found.value for found in in_text(text)}


@pytest.mark.parametrize(
    "text",
    ["a" * 200_000, "key" * 60_000, "password=" * 20_000, '"' * 100_000 + "password", "token: " + "a." * 100_000,
     "-----BEGIN " + "PRIVATE KEY-----" * 5_000, "password:\\" * 20_000, "https://" + "a:" * 50_000,
     "ey" + "Jaaaaaaaaaa." * 20_000,
     ("-" * 20 + "BEGIN RSA " + "PRIVATE KEY-----\n") * 2_000],
    ids=range(10),
)  # fmt: skip
def test_hostile_text_is_read(text: str) -> None:
    assert all(one.value and one.value in text for one in in_text(text))


HOSTILE = {
    "an open reference": ("DB_PASSWORD", "$(password" * 100_000),
    "an open brace": ("DB_PASSWORD", "${a" * 300_000),
    "an open template": ("DB_PASSWORD", "{{a" * 300_000),
    "an open tag": ("DB_PASSWORD", "<%a" * 300_000),
    "minutes or megas": ("DB_PASSWORD", "1m" * 60 + "!"),
    "one word": ("API_KEY", "abcdefgh" * 125_000 + "!"),
    "starts of a JSON web token": ("x", "-ey" + "J-eyJ" * 200_000),
    "starts of a key": ("x", "-sk" * 300_000 + "-"),
    "starts of another key": ("x", "-ATA" + "TT3-ATATT3" * 100_000),
    "headers of a key": ("x", ("-----BEGIN " + "PRIVATE KEY-----" + "a-a:" * 105 + "\n") * 2_000),
    "assignments that end in a call": ("x", "key=" * 250_000 + "("),
    "blank lines": ("x", "key" + "\n" * 1_000_000),
    "spaces behind a quoted value": ("x", 'name: key\nvalue: "a"' + " " * 1_000_000 + "x"),
    "spaces behind a value": ("x", "name: key\nvalue: a" + " " * 1_000_000 + "x"),
}


@pytest.mark.parametrize(("name", "value"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_linear_time(name: str, value: str) -> None:
    """A watchdog ends this where a pattern looks at the rest of the text from each place."""
    assert all(found.value in value for found in all_in_named_value(name, value))


def test_spaces_inside_many_lines_take_linear_time() -> None:
    line = "key=x" + " " * 3_980 + "x\n"
    assert list(in_text(line * 1_500)) == []


@given(st.lists(st.sampled_from(["$(", ")", "${", "}", "{{", "<%", "%>", "$", "{", "<", "%", "\n", "pw"])).map("".join))
def test_what_is_filled_in_later_is_a_reference(value: str) -> None:
    """The same as this pattern says, which takes quadratic time."""
    value = f"hunter2 {value} hunter2"
    filled_in = re.search(r"(?s)\$\(.*\)|\$\{.*\}|\{\{.*\}\}|<%.*%>", value) is not None
    assert is_literal(value, PASSWORD) is not filled_in


@pytest.mark.parametrize(
    "text",
    [
        "-ey" + "J-" + JWT,
        "-ey" + "J-a." + JWT,
        "-sk" + "-a -sk-" + made(20) + "T3Blbk" + "FJ" + made(20),
        "-----BEGIN RSA " + "PRIVATE KEY----- Proc-Type: 4,ENCRYPTED DEK-Info: AES-256-CBC,00 " + made(64),
        "a=b=(c) password=not-a-real-password",
        "a=b password=not-a-real-password [x]",
        "x\n\n  \n\trequirepass not-a-real-password\n\n",
        "password: not-a-real-password   # a  # b",
        "password: 'not-a-real-password' ,  # a",
        "password: 'not-a-real-password'  ",
    ],
)
def test_secrets_next_to_what_only_looks_like_them(text: str) -> None:
    assert list(in_text(text)) != []


@pytest.mark.parametrize("text", ["password=secret=not-a-real-password(x)", "token = made<T>", "key: a{b}"])
def test_calls_are_not_values(text: str) -> None:
    assert list(in_text(text)) == []


def test_values_to_mask() -> None:
    pod = {
        "kind": "Pod",
        "spec": {
            "containers": [
                {
                    "env": [{"name": "DB_PASSWORD", "value": "env-pw-1"}, {"name": "MODE", "value": "production"}],
                    "args": ["--token", "arg-token-1"],
                    "livenessProbe": {"exec": {"command": ["sh", "-c", "redis-cli -a probe-pw-1 ping"]}},
                }
            ]
        },
    }
    assert secret_values(pod) == {"env-pw-1", "arg-token-1", "probe-pw-1"}


def test_values_of_config_maps_and_custom_objects_to_mask() -> None:
    assert "file-pw-1" in secret_values({"kind": "ConfigMap", "data": {"app.yaml": "db:\n  password: file-pw-1\n"}})
    assert "own-pw-1" in secret_values({"kind": "Database", "spec": {"admin": {"password": "own-pw-1"}}})
    assert "it''s" in secret_values({"kind": "Database", "spec": {"password": "it's"}})
    assert 'say \\"hi\\"' in secret_values({"kind": "Database", "spec": {"password": 'say "hi"'}})


def test_all_values_of_a_secret_are_masked() -> None:
    encoded = base64.b64encode(b"shop-user").decode()
    values = secret_values(
        {"kind": "Secret", "data": {"u": encoded, "n": None}, "stringData": {"a": "plain", "b": "x"}}
    )
    assert {encoded, "shop-user", "plain"} <= values
    assert "x" not in values


def test_each_line_of_a_long_secret_is_masked() -> None:
    values = secret_values({"kind": "ConfigMap", "data": {"tls.key": PEM}})
    assert set(PEM.strip().splitlines()) <= values


@pytest.mark.parametrize("data", [{}, {"kind": "Secret", "data": []}, {"kind": "Secret", "stringData": {"a": {}}}])
def test_odd_objects_have_nothing_to_mask(data: dict[str, object]) -> None:
    assert secret_values(data) == set()  # type: ignore[arg-type]
