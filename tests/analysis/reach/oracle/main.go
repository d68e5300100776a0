// Answers what the engine of kube-network-policies, an enforcer of network policies by the Kubernetes SIG, lets through.
//
// Each line of standard input is an estate: its manifests, addresses, and pairs of protocol and port. Each line of
// standard output answers it: a character for each address as the source, each as the destination and each port, in
// this order, 1 where the first packet of a connection is let through.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	_ "unsafe" // for go:linkname

	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
	npav1alpha1 "sigs.k8s.io/network-policy-api/apis/v1alpha1"
	npaclient "sigs.k8s.io/network-policy-api/pkg/client/clientset/versioned"
	npainformers "sigs.k8s.io/network-policy-api/pkg/client/informers/externalversions"
)

// packet has the memory of the engine's own type of that name, which is not exported; nor is what judges it.
// go.mod pins the version in which this holds, and a test asks for answers that are known.
type packet struct {
	id      uint32
	family  v1.IPFamily
	srcIP   net.IP
	dstIP   net.IP
	proto   v1.Protocol
	srcPort int
	dstPort int
	payload []byte
}

//go:linkname evaluate sigs.k8s.io/kube-network-policies/pkg/networkpolicy.(*Controller).evaluatePacket
func evaluate(c *networkpolicy.Controller, ctx context.Context, p packet) bool

type port struct {
	Protocol v1.Protocol `json:"protocol"`
	Port     int         `json:"port"`
}

type estate struct {
	Objects   []json.RawMessage `json:"objects"`
	Addresses []string          `json:"addresses"`
	Ports     []port            `json:"ports"`
}

// engine is one controller, into whose stores each estate is put in turn. Nothing is asked of an API server.
type engine struct {
	controller *networkpolicy.Controller
	stores     map[string]cache.Indexer
}

func newEngine() (*engine, error) {
	nowhere := &rest.Config{Host: "127.0.0.1:9"}
	client, err := kubernetes.NewForConfig(nowhere)
	if err != nil {
		return nil, err
	}
	npaClient, err := npaclient.NewForConfig(nowhere)
	if err != nil {
		return nil, err
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	policies := factory.Networking().V1().NetworkPolicies()
	namespaces, pods, nodes := factory.Core().V1().Namespaces(), factory.Core().V1().Pods(), factory.Core().V1().Nodes()
	npa := npainformers.NewSharedInformerFactory(npaClient, 0).Policy().V1alpha1()
	admin, baseline := npa.AdminNetworkPolicies(), npa.BaselineAdminNetworkPolicies()
	// NRI stays on: without it this version fails on the first address that is no pod's. It is never connected.
	config := networkpolicy.Config{
		NodeName: "here", AdminNetworkPolicy: true, BaselineAdminNetworkPolicy: true,
	}
	made, err := networkpolicy.NewController(
		client, policies, namespaces, pods, nodes, npaClient, admin, baseline, config)
	if err != nil {
		return nil, err
	}
	return &engine{controller: made, stores: map[string]cache.Indexer{
		"Pod":                        pods.Informer().GetIndexer(),
		"Namespace":                  namespaces.Informer().GetIndexer(),
		"Node":                       nodes.Informer().GetIndexer(),
		"NetworkPolicy":              policies.Informer().GetIndexer(),
		"AdminNetworkPolicy":         admin.Informer().GetIndexer(),
		"BaselineAdminNetworkPolicy": baseline.Informer().GetIndexer(),
	}}, nil
}

// fill replaces all objects by these, with what an API server fills in where it is missing.
func (e *engine) fill(objects []json.RawMessage) error {
	held := map[string][]interface{}{}
	for _, raw := range objects {
		var kind metav1.TypeMeta
		if err := json.Unmarshal(raw, &kind); err != nil {
			return err
		}
		one, err := decoded(kind.Kind, raw)
		if err != nil {
			return err
		}
		held[kind.Kind] = append(held[kind.Kind], one)
	}
	for kind, store := range e.stores {
		if err := store.Replace(held[kind], ""); err != nil {
			return err
		}
	}
	return nil
}

func decoded(kind string, raw json.RawMessage) (interface{}, error) {
	switch kind {
	case "Pod":
		pod := &v1.Pod{}
		err := json.Unmarshal(raw, pod)
		defaultPod(pod)
		return pod, err
	case "Namespace":
		namespace := &v1.Namespace{}
		return namespace, json.Unmarshal(raw, namespace)
	case "Node":
		node := &v1.Node{}
		return node, json.Unmarshal(raw, node)
	case "NetworkPolicy":
		policy := &networkingv1.NetworkPolicy{}
		err := json.Unmarshal(raw, policy)
		defaultPolicy(&policy.Spec)
		return policy, err
	case "AdminNetworkPolicy":
		policy := &npav1alpha1.AdminNetworkPolicy{}
		err := json.Unmarshal(raw, policy)
		for _, rule := range policy.Spec.Ingress {
			defaultAdminPorts(rule.Ports)
		}
		for _, rule := range policy.Spec.Egress {
			defaultAdminPorts(rule.Ports)
		}
		return policy, err
	case "BaselineAdminNetworkPolicy":
		policy := &npav1alpha1.BaselineAdminNetworkPolicy{}
		err := json.Unmarshal(raw, policy)
		for _, rule := range policy.Spec.Ingress {
			defaultAdminPorts(rule.Ports)
		}
		for _, rule := range policy.Spec.Egress {
			defaultAdminPorts(rule.Ports)
		}
		return policy, err
	default:
		return nil, fmt.Errorf("an estate of a %q", kind)
	}
}

func defaultPod(pod *v1.Pod) {
	for i := range pod.Spec.Containers {
		for j := range pod.Spec.Containers[i].Ports {
			if one := &pod.Spec.Containers[i].Ports[j]; one.Protocol == "" {
				one.Protocol = v1.ProtocolTCP
			}
		}
	}
}

// defaultPolicy gives what the API reference says of missing fields. An empty list of rules is stored as none.
func defaultPolicy(spec *networkingv1.NetworkPolicySpec) {
	if len(spec.PolicyTypes) == 0 {
		spec.PolicyTypes = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
		if len(spec.Egress) > 0 {
			spec.PolicyTypes = append(spec.PolicyTypes, networkingv1.PolicyTypeEgress)
		}
	}
	if len(spec.Ingress) == 0 {
		spec.Ingress = nil
	}
	if len(spec.Egress) == 0 {
		spec.Egress = nil
	}
	for i := range spec.Ingress {
		defaultPorts(spec.Ingress[i].Ports)
	}
	for i := range spec.Egress {
		defaultPorts(spec.Egress[i].Ports)
	}
}

func defaultPorts(ports []networkingv1.NetworkPolicyPort) {
	tcp := v1.ProtocolTCP
	for i := range ports {
		if ports[i].Protocol == nil {
			ports[i].Protocol = &tcp
		}
	}
}

// defaultAdminPorts gives the default that the custom resources declare.
func defaultAdminPorts(ports *[]npav1alpha1.AdminNetworkPolicyPort) {
	if ports == nil {
		return
	}
	for _, one := range *ports {
		if one.PortNumber != nil && one.PortNumber.Protocol == "" {
			one.PortNumber.Protocol = v1.ProtocolTCP
		}
		if one.PortRange != nil && one.PortRange.Protocol == "" {
			one.PortRange.Protocol = v1.ProtocolTCP
		}
	}
}

func (e *engine) answer(asked estate) (string, error) {
	if err := e.fill(asked.Objects); err != nil {
		return "", err
	}
	var addresses []net.IP
	for _, text := range asked.Addresses {
		address := net.ParseIP(text)
		if address == nil {
			return "", fmt.Errorf("%q is no address", text)
		}
		addresses = append(addresses, address)
	}
	ctx := context.Background()
	said := make([]byte, 0, len(addresses)*len(addresses)*len(asked.Ports))
	for _, from := range addresses {
		for _, to := range addresses {
			for _, one := range asked.Ports {
				sent := packet{srcIP: from, dstIP: to, proto: one.Protocol, srcPort: 0, dstPort: one.Port}
				if evaluate(e.controller, ctx, sent) {
					said = append(said, '1')
				} else {
					said = append(said, '0')
				}
			}
		}
	}
	return string(said), nil
}

func main() {
	judge, err := newEngine()
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<28)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		var asked estate
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		said, err := judge.answer(asked)
		if err != nil {
			panic(err)
		}
		fmt.Fprintln(out, said)
	}
	if err := lines.Err(); err != nil {
		panic(err)
	}
}
