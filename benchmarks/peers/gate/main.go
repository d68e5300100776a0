// The floor of a webhook: Go's own HTTPS server, which decodes a review and lets it in.
//
//	go run . CERTIFICATE KEY
//
// It prints the port when it listens.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
)

type review struct {
	Kind       string `json:"kind"`
	APIVersion string `json:"apiVersion"`
	Request    struct {
		UID    string `json:"uid"`
		Object any    `json:"object"`
	} `json:"request"`
}

func main() {
	http.HandleFunc("/validate", func(w http.ResponseWriter, r *http.Request) {
		var asked review
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		body, err := json.Marshal(map[string]any{
			"kind": asked.Kind, "apiVersion": asked.APIVersion,
			"response": map[string]any{"uid": asked.Request.UID, "allowed": true},
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write(body)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(http.ServeTLS(listener, nil, os.Args[1], os.Args[2]))
}
