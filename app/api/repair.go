package api

import (
	"context"
	"net/http"

	"khonggiay/app"
)

// Repair tells that this machine's database was damaged, and what was saved.
type Repair struct {
	At      app.Time `json:"at"`
	Waiting int      `json:"waiting" doc:"commands without an answer that were saved; they go up"`
	Unread  int      `json:"unread" doc:"commands that are known to have been there and could not be read"`
	Whole   bool     `json:"whole" doc:"nothing that a person gave is missing"`
	Folder  string   `json:"folder" doc:"where the damaged file was set aside"`
}

func (a *API) repairRoutes() {
	op := post("/sync/repair/read", "readRepair", "What was saved from a damaged database has been read", "sync")
	op.DefaultStatus = http.StatusNoContent
	route(a, forPerson, op, a.readRepair)
}

func (a *API) readRepair(ctx context.Context, _ *none) (*none, error) {
	if a.Sync == nil {
		return nil, errNotHere
	}
	return nil, a.Sync.RepairRead(ctx)
}
