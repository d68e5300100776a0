"""Custom objects from which operators make pods: where one is, there are pods that no manifest shows."""

from collections.abc import Mapping
from typing import ClassVar

from hardstand.inventory.views.base import Metadata, Subject, View, nested
from hardstand.model.kind import Kind

_NAMES = {
    Kind("monitoring.coreos.com", "Alertmanager"): "alertmanager",
    Kind("monitoring.coreos.com", "Prometheus"): "prometheus",
    Kind("monitoring.coreos.com", "PrometheusAgent"): "prometheus-agent",
    Kind("monitoring.coreos.com", "ThanosRuler"): "thanos-ruler",
}
"""What the Prometheus operator calls the pods of its kinds in `app.kubernetes.io/name`."""


class PodMakerSpec(View):
    """What the pods are given, in the kinds of the Prometheus operator."""

    pod_metadata = nested("podMetadata", Metadata)


class PodMaker(Subject):
    """An object of an operator that makes pods with labels of the operator's choice.

    Sources: the custom resource definitions of the projects that the API groups name.
    """

    kinds = frozenset(
        {
            Kind("acid.zalan.do", "postgresql"),
            Kind("agent.k8s.elastic.co", "Agent"),
            Kind("camel.apache.org", "Integration"),
            Kind("clickhouse.altinity.com", "ClickHouseInstallation"),
            Kind("databases.spotahome.com", "RedisFailover"),
            Kind("elasticsearch.k8s.elastic.co", "Elasticsearch"),
            Kind("flink.apache.org", "FlinkDeployment"),
            Kind("grafana.integreatly.org", "Grafana"),
            Kind("jaegertracing.io", "Jaeger"),
            Kind("k8s.keycloak.org", "Keycloak"),
            Kind("k8s.mariadb.com", "MariaDB"),
            Kind("kafka.strimzi.io", "Kafka"),
            Kind("kafka.strimzi.io", "KafkaBridge"),
            Kind("kafka.strimzi.io", "KafkaConnect"),
            Kind("kafka.strimzi.io", "KafkaMirrorMaker2"),
            Kind("kibana.k8s.elastic.co", "Kibana"),
            Kind("logging.banzaicloud.io", "Logging"),
            Kind("loki.grafana.com", "LokiStack"),
            Kind("minio.min.io", "Tenant"),
            Kind("monitoring.coreos.com", "Alertmanager"),
            Kind("monitoring.coreos.com", "Prometheus"),
            Kind("monitoring.coreos.com", "PrometheusAgent"),
            Kind("monitoring.coreos.com", "ThanosRuler"),
            Kind("mongodbcommunity.mongodb.com", "MongoDBCommunity"),
            Kind("mysql.oracle.com", "InnoDBCluster"),
            Kind("nats.io", "NatsCluster"),
            Kind("opensearch.opster.io", "OpenSearchCluster"),
            Kind("opentelemetry.io", "OpenTelemetryCollector"),
            Kind("operator.victoriametrics.com", "VMAgent"),
            Kind("operator.victoriametrics.com", "VMAlert"),
            Kind("operator.victoriametrics.com", "VMAlertmanager"),
            Kind("operator.victoriametrics.com", "VMSingle"),
            Kind("postgres-operator.crunchydata.com", "PostgresCluster"),
            Kind("postgresql.cnpg.io", "Cluster"),
            Kind("postgresql.cnpg.io", "Pooler"),
            Kind("psmdb.percona.com", "PerconaServerMongoDB"),
            Kind("pxc.percona.com", "PerconaXtraDBCluster"),
            Kind("rabbitmq.com", "RabbitmqCluster"),
            Kind("ray.io", "RayCluster"),
            Kind("redis.redis.opstreelabs.in", "Redis"),
            Kind("redis.redis.opstreelabs.in", "RedisCluster"),
            Kind("scylla.scylladb.com", "ScyllaCluster"),
            Kind("sparkoperator.k8s.io", "SparkApplication"),
            Kind("vault.banzaicloud.com", "Vault"),
        }
    )
    spec = nested("spec", PodMakerSpec)
    KEEP: ClassVar = ("spec.podMetadata.labels",)

    @property
    def pod_labels(self) -> Mapping[str, str]:
        """Labels that the pods are known to have: those of the Prometheus operator and the object's own for them.

        Source: https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.EmbeddedObjectMetadata
        """
        name = _NAMES.get(self.kind)
        if name is None:
            return {}
        return {
            **self.spec.pod_metadata.labels,
            "app.kubernetes.io/instance": self.name,
            "app.kubernetes.io/managed-by": "prometheus-operator",
            "app.kubernetes.io/name": name,
            name: self.name,
        }
