{{/* The image, by its digest. */}}
{{- define "hardstand.image" -}}
{{- $repository := required "image.repository is needed: no image is published, build one from deploy/Containerfile" .Values.image.repository -}}
{{- $digest := required "image.digest is needed: sha256:… of the image that you have built and pushed" .Values.image.digest -}}
{{ printf "%s@%s" $repository $digest }}
{{- end -}}

{{/* The release's namespace, which must be the one that the baseline never gates: else the gate could lock itself out. */}}
{{- define "hardstand.namespace" -}}
{{- $baseline := fromYaml .Values.baseline -}}
{{- if $baseline.Error }}{{ fail (printf "baseline cannot be read: %s" $baseline.Error) }}{{ end -}}
{{- $declared := dig "gate" "namespace" "hardstand" $baseline -}}
{{- if ne $declared .Release.Namespace -}}
{{- fail (printf "the release is in namespace %s, and the baseline says gate.namespace: %s; make them the same" .Release.Namespace $declared) -}}
{{- end -}}
{{ .Release.Namespace }}
{{- end -}}

{{/* Labels of a component: (list . "gate"). */}}
{{- define "hardstand.selector" -}}
app.kubernetes.io/name: hardstand
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "hardstand.release" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "hardstand.labels" -}}
{{ include "hardstand.selector" . }}
{{ include "hardstand.release" (index . 0) }}
{{- end -}}

{{/* What `hardstand doctor` printed, and Secrets where they may be read: (list . "gate" READ_SECRETS). */}}
{{- define "hardstand.roles" -}}
{{- $top := index . 0 -}}
{{- $name := index . 1 -}}
{{- $secrets := index . 2 -}}
{{- range $text := splitList "---\n" ($top.Files.Get (printf "roles/%s.yaml" $name)) }}
{{- $role := fromYaml $text }}
{{- if $role.kind }}
{{- $rules := list }}
{{- range $rule := $role.rules }}
{{- if and $secrets (has "" $rule.apiGroups) (has "list" $rule.verbs) (eq $role.kind "ClusterRole") }}
{{- $rule = set $rule "resources" (append $rule.resources "secrets" | sortAlpha) }}
{{- end }}
{{- $rules = append $rules $rule }}
{{- end }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $role.kind }}
metadata:
  name: {{ $role.metadata.name }}
  {{- if eq $role.kind "Role" }}
  namespace: {{ include "hardstand.namespace" $top }}
  {{- end }}
  labels:
    {{- include "hardstand.labels" (list $top $name) | nindent 4 }}
rules:
{{ toYaml $rules }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "hardstand.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "hardstand.containerSecurity" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* What Kubernetes mounts by itself where nobody opts out: but only in one container. */}}
{{- define "hardstand.account" -}}
- name: account
  projected:
    defaultMode: 0440
    sources:
    - serviceAccountToken: {path: token, expirationSeconds: 3600}
    - configMap:
        name: kube-root-ca.crt
        items:
        - {key: ca.crt, path: ca.crt}
    - downwardAPI:
        items:
        - path: namespace
          fieldRef: {fieldPath: metadata.namespace}
{{- end -}}

{{/* To the API server, before or after its Service's address is translated; DNS only for where it has a name. */}}
{{- define "hardstand.egress" -}}
- ports:
  {{- range .Values.apiServer.ports }}
  - {port: {{ . }}, protocol: TCP}
  {{- end }}
  {{- with .Values.apiServer.cidrs }}
  to:
  {{- range . }}
  - ipBlock: {cidr: {{ . | quote }}}
  {{- end }}
  {{- end }}
- to:
  - namespaceSelector:
      matchLabels:
        kubernetes.io/metadata.name: kube-system
    podSelector:
      matchLabels:
        k8s-app: kube-dns
  ports:
  - {port: 53, protocol: UDP}
  - {port: 53, protocol: TCP}
{{- end -}}
