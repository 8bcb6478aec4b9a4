package api

import "context"

// atServer has the reasons by which a server tells a browser that the trouble is
// with its own disk. Whoever sits at the browser can do nothing about it but
// wait, and tell the administrator.
var atServer = map[string]string{
	"storage.full":    "server.full",
	"storage.corrupt": "server.io",
	"storage.io":      "server.io",
	"storage.busy":    "server.busy",
}

// whose says whose disk a problem is about: of this machine, or of the server.
func (a *API) whose(ctx context.Context, p *Problem) *Problem {
	if reason, ok := atServer[p.Reason]; ok && a.Host.Describe(ctx).Kind == "server" {
		p.Reason = reason
	}
	return p
}
