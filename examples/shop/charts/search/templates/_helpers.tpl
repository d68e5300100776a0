{{- define "search.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "search.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- end }}
