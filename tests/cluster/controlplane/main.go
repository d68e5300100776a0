// Command controlplane is a Kubernetes control plane for tests: etcd, the API server, the controller manager, the
// scheduler and kubectl in one program, each run as a process of its own.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

// commands are the programs by name. etcd reads its own arguments and ends the process itself.
var commands = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllermanager.NewControllerManagerCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kubectl":                 kubectl.NewDefaultKubectlCommand,
}

func main() {
	name, arguments := filepath.Base(os.Args[0]), os.Args
	if _, known := commands[name]; !known && name != "etcd" && len(os.Args) > 1 {
		name, arguments = os.Args[1], os.Args[1:]
	}
	if name == "etcd" {
		etcdmain.Main(arguments)
		return
	}
	build, known := commands[name]
	if !known {
		fmt.Fprintln(os.Stderr, "usage: controlplane etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kubectl ARGUMENT…")
		os.Exit(2)
	}
	os.Args = arguments
	command := build()
	os.Exit(cli.Run(command))
}
