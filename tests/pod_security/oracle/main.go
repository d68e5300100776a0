// oracle says of pods what Kubernetes' own Pod Security evaluator says of them.
//
// One JSON object a line comes in, {"level": "baseline", "version": "v1.25", "pod": {...}}, and one goes out for each, in
// order: {"failed": [ids of the checks that forbid the pod]}, or {"error": text} for what the API server would not decode
// under strict field validation, which is what kubectl asks for.
//
// Of the defaults that the API server fills in before it evaluates, one is made here because it decides a verdict: a
// volume without a source is an emptyDir.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	kjson "sigs.k8s.io/json"
)

type question struct {
	Level   string          `json:"level"`
	Version string          `json:"version"`
	Pod     json.RawMessage `json:"pod"`
}

type answer struct {
	Failed []string `json:"failed"`
	Error  string   `json:"error,omitempty"`
}

// witness notes the ids of the checks that forbid a pod: the evaluator's results do not say which check they are of.
type witness struct {
	forbade []string
}

// watched gives the checks as they are, registration and versions included, each function telling the witness.
func (w *witness) watched(checks []policy.Check) []policy.Check {
	for i := range checks {
		id := string(checks[i].ID)
		versions := slices.Clone(checks[i].Versions)
		for j := range versions {
			judge := versions[j].CheckPod
			versions[j].CheckPod = func(metadata *metav1.ObjectMeta, spec *corev1.PodSpec) policy.CheckResult {
				result := judge(metadata, spec)
				if !result.Allowed {
					w.forbade = append(w.forbade, id)
				}
				return result
			}
		}
		checks[i].Versions = versions
	}
	return checks
}

func ask(evaluator policy.Evaluator, seen *witness, line []byte) (answer, error) {
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{}, err
	}
	level, err := api.ParseLevel(asked.Level)
	if err != nil {
		return answer{}, err
	}
	version, err := api.ParseVersion(asked.Version)
	if err != nil {
		return answer{}, err
	}
	var pod corev1.Pod
	unknown, err := kjson.UnmarshalStrict(asked.Pod, &pod)
	if err != nil {
		return answer{}, err
	}
	if len(unknown) > 0 {
		return answer{}, unknown[0]
	}
	for i := range pod.Spec.Volumes {
		if source := &pod.Spec.Volumes[i].VolumeSource; *source == (corev1.VolumeSource{}) {
			source.EmptyDir = &corev1.EmptyDirVolumeSource{}
		}
	}
	seen.forbade = []string{}
	evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: version}, &pod.ObjectMeta, &pod.Spec)
	slices.Sort(seen.forbade)
	return answer{Failed: seen.forbade}, nil
}

func run() error {
	seen := &witness{}
	evaluator, err := policy.NewEvaluator(seen.watched(policy.DefaultChecks()), nil)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	for lines.Scan() {
		reply, err := ask(evaluator, seen, lines.Bytes())
		if err != nil {
			reply = answer{Error: err.Error()}
		}
		if err := encoder.Encode(reply); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return out.Flush()
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}
