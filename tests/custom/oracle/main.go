// Answers what Kubernetes' own evaluator of admission policies says of expressions.
//
// Each line of standard input is a question: an expression, a minor version of Kubernetes 1.x, an object, and perhaps
// params and variables. Each line of standard output is the answer to it: a value, an error of compiling or one of running.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"

	celgo "github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/admission"
	plugin "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

type question struct {
	Expression string          `json:"expression"`
	Minor      uint            `json:"minor"`
	Object     json.RawMessage `json:"object"`
	Params     json.RawMessage `json:"params"`
	Variables  []named         `json:"variables"`
}

type named struct {
	Name       string `json:"name"`
	Expression string `json:"expression"`
}

func (n named) GetName() string            { return n.Name }
func (n named) GetExpression() string      { return n.Expression }
func (n named) ReturnTypes() []*celgo.Type { return []*celgo.Type{celgo.AnyType} }

func object(raw json.RawMessage) (*unstructured.Unstructured, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	value := map[string]interface{}{}
	if err := utiljson.Unmarshal(raw, &value); err != nil {
		return nil, err
	}
	return &unstructured.Unstructured{Object: value}, nil
}

// compilers holds one for each version: making one takes longer than what it is made for.
var compilers = map[uint]*plugin.CompositedCompiler{}

func compilerFor(q question) (*plugin.CompositedCompiler, error) {
	made, known := compilers[q.Minor]
	if known && len(q.Variables) == 0 {
		return made, nil
	}
	// What a release lets new expressions use is what the release before it knew.
	made, err := plugin.NewCompositedCompiler(environment.MustBaseEnvSet(version.MajorMinor(1, q.Minor-1)))
	if err == nil && len(q.Variables) == 0 {
		compilers[q.Minor] = made
	}
	return made, err
}

func answer(q question) map[string]interface{} {
	compiler, err := compilerFor(q)
	if err != nil {
		return map[string]interface{}{"failed": err.Error()}
	}
	params, err := object(q.Params)
	if err != nil {
		return map[string]interface{}{"failed": err.Error()}
	}
	options := plugin.OptionalVariableDeclarations{HasParams: params != nil, HasAuthorizer: true}
	for _, one := range q.Variables {
		if result := compiler.CompileAndStoreVariable(one, options, environment.NewExpressions); result.Error != nil {
			return map[string]interface{}{"compile": result.Error.Error()}
		}
	}
	condition := compiler.CompileCondition(
		[]plugin.ExpressionAccessor{named{Expression: q.Expression}}, options, environment.NewExpressions)
	if errs := condition.CompilationErrors(); len(errs) > 0 {
		return map[string]interface{}{"compile": errs[0].Error()}
	}
	subject, err := object(q.Object)
	if err != nil {
		return map[string]interface{}{"failed": err.Error()}
	}
	attributes := &admission.VersionedAttributes{}
	attributes.VersionedObject.Set(subject)
	bindings := plugin.OptionalVariableBindings{}
	if params != nil {
		bindings.VersionedParams = params
	}
	results, _, err := condition.ForInput(
		context.Background(), attributes, &admissionv1.AdmissionRequest{}, bindings, nil, 1<<40)
	if err != nil {
		return map[string]interface{}{"error": err.Error()}
	}
	if results[0].Error != nil {
		return map[string]interface{}{"error": results[0].Error.Error()}
	}
	return map[string]interface{}{"value": shown(results[0].EvalResult)}
}

func shown(value ref.Val) interface{} {
	switch v := value.(type) {
	case types.Null:
		return nil
	case types.Bool:
		return bool(v)
	case types.Int:
		return []interface{}{"int", strconv.FormatInt(int64(v), 10)}
	case types.Uint:
		return []interface{}{"uint", strconv.FormatUint(uint64(v), 10)}
	case types.Double:
		return []interface{}{"double", strconv.FormatFloat(float64(v), 'x', -1, 64)}
	case types.String:
		return string(v)
	case types.Bytes:
		return []interface{}{"bytes", fmt.Sprintf("%x", []byte(v))}
	case types.Duration:
		return []interface{}{"duration", strconv.FormatInt(v.Duration.Nanoseconds(), 10)}
	case types.Timestamp:
		return []interface{}{"timestamp", v.Time.UTC().Format("2006-01-02T15:04:05.999999999Z07:00")}
	case *types.Optional:
		if !v.HasValue() {
			return []interface{}{"optional"}
		}
		return []interface{}{"optional", shown(v.GetValue())}
	case *types.Type:
		return []interface{}{"type", v.TypeName()}
	case traits.Lister:
		items := []interface{}{"list"}
		for it := v.Iterator(); it.HasNext() == types.True; {
			items = append(items, shown(it.Next()))
		}
		return items
	case traits.Mapper:
		pairs := [][2]string{}
		for it := v.Iterator(); it.HasNext() == types.True; {
			key := it.Next()
			one, _ := json.Marshal(shown(key))
			other, _ := json.Marshal(shown(v.Get(key)))
			pairs = append(pairs, [2]string{string(one), string(other)})
		}
		sort.Slice(pairs, func(i, j int) bool { return pairs[i][0] < pairs[j][0] })
		return []interface{}{"map", pairs}
	default:
		return []interface{}{"other", value.Type().TypeName()}
	}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<26)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		var q question
		reply := map[string]interface{}{}
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			reply["failed"] = err.Error()
		} else {
			reply = answer(q)
		}
		if err := out.Encode(reply); err != nil {
			panic(err)
		}
	}
}
