package host

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"lullaby/internal/uuid"
	"lullaby/lambda"
)

const (
	extensionAPI        = "/2020-01-01/extension"
	headerExtensionName = "Lambda-Extension-Name"
	headerExtensionID   = "Lambda-Extension-Identifier"

	maxRegistration = 64 << 10 // bytes; real ones are far smaller
)

// handleExtensions serves the calls of an extension that wants no events:
// register and wait. aws-lambda-go makes both for a function that wants a
// SIGTERM before it is killed, which AWS sends only to sandboxes with an
// extension.
func (s *sandbox) handleExtensions(mux *http.ServeMux) {
	mux.HandleFunc("POST "+extensionAPI+"/register", s.serveRegister)
	mux.HandleFunc("GET "+extensionAPI+"/event/next", func(http.ResponseWriter, *http.Request) {
		<-s.api.done // there are no events
	})
}

func (s *sandbox) serveRegister(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get(headerExtensionName) == "" {
		refusal(http.StatusForbidden, "Extension.InvalidExtensionName", "Empty extension name").write(w)
		return
	}
	var request struct {
		Events []string `json:"events"`
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRegistration))
	if err == nil {
		err = json.Unmarshal(body, &request)
	}
	if err == nil && len(request.Events) > 0 {
		err = fmt.Errorf("extensions get no events here, asked for %q", request.Events)
	}
	if err != nil {
		refusal(http.StatusForbidden, "InvalidRequestFormat", err.Error()).write(w)
		return
	}
	registered, err := json.Marshal(map[string]string{
		"functionName":    s.function.Name,
		"functionVersion": lambda.ExecutedVersion,
		"handler":         s.function.Handler,
	})
	if err != nil {
		panic(fmt.Sprintf("host: strings as JSON: %v", err))
	}
	s.host.mu.Lock()
	s.sigterm = true
	s.host.mu.Unlock()
	w.Header().Set(headerExtensionID, uuid.New())
	reply{http.StatusOK, string(registered)}.write(w)
}
