// Command controlplane is a Kubernetes control plane for tests: etcd, the API server, the controller manager, the
// scheduler and kubectl in one program.
//
//	controlplane kube-apiserver --secure-port=6443 …
//
// Each is run as a process of its own. They share a file, since they share nine tenths of their code, and linking it
// five times would take five times the disk. They cannot share a process: NewAPIServerCommand installs a signal handler
// that may be installed once only, and flags, metrics and feature gates are global to a process.
//
// A link or copy of the program that bears the name of one of them acts as that one, so that a folder of such links is
// what KUBEBUILDER_ASSETS expects.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"          // --logging-format=json
	_ "k8s.io/component-base/metrics/prometheus/clientgo" // what clients count, under /metrics
	_ "k8s.io/component-base/metrics/prometheus/version"  // kubernetes_build_info
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

// etcd is not among the commands: it reads its arguments itself, and ends the process itself.
const etcd = "etcd"

// commands make the programs, by name. Only the one that is asked for is made: making one registers its metrics.
var commands = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllermanager.NewControllerManagerCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kubectl":                 kubectl.NewDefaultKubectlCommand,
}

// run runs a program to its end and gives its exit status. kubectl words its errors itself, as in its own main.
func run(name string, command *cobra.Command) int {
	if name == "kubectl" {
		kubectlutil.CheckErr(cli.RunNoErrOutput(command)) // exits by itself with an error
		return 0
	}
	return cli.Run(command)
}

func main() {
	name, arguments := chosen(os.Args)
	if name == etcd {
		etcdmain.Main(arguments)
		return
	}
	command, known := commands[name]
	if !known {
		fmt.Fprintln(os.Stderr, "usage: controlplane etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kubectl ARGUMENT…")
		os.Exit(2)
	}
	// kubectl looks at os.Args by itself, to find plugins; the others take them from cobra, which takes them from there.
	os.Args = arguments
	os.Exit(run(name, command()))
}

// chosen is the program that is meant and its arguments with its own name first: by the name that this program was
// started under, else by the first argument.
func chosen(arguments []string) (string, []string) {
	name := filepath.Base(arguments[0])
	if _, known := commands[name]; known || name == etcd || len(arguments) == 1 {
		return name, arguments
	}
	return arguments[1], arguments[1:]
}
