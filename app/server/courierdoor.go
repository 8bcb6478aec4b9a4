package server

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"khonggiay/app"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
)

// serve answers a laptop's hello with its part of the plan, once that is another
// than the laptop has.
func (c *couriers) serve(w http.ResponseWriter, r *http.Request) {
	device, ok := deviceOf(r.Context())
	if !ok {
		writeRefusal(w, errNoDevice)
		return
	}
	var hello enrol.CourierHello
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, enrol.MaxCourierHello)).Decode(&hello); err != nil ||
		len(hello.Have) > enrol.MaxCourierHave || len(hello.Addresses) > enrol.MaxCourierAddresses {
		writeRefusal(w, app.Refuse(app.Invalid, "request.invalid"))
		return
	}
	if err := c.hear(r, device, hello); err != nil {
		writeRefusal(w, err)
		return
	}
	deadline := time.NewTimer(enrol.CourierHold * time.Second)
	defer deadline.Stop()
	for {
		plan, next := c.planFor(device.ID)
		if plan.Version != hello.Version {
			writeJSON(w, http.StatusOK, plan)
			return
		}
		select {
		case <-next:
		case <-deadline.C:
			writeJSON(w, http.StatusOK, plan)
			return
		case <-r.Context().Done():
			return
		}
	}
}

// hear notes what a laptop says.
func (c *couriers) hear(r *http.Request, device sqlite.Device, hello enrol.CourierHello) error {
	if len(hello.Have) > 0 {
		err := c.store.Write(r.Context(), func(tx *sqlite.Tx) error {
			return tx.NoteFetched(device.ID, hello.Have, app.TimeOf(c.now()))
		})
		if err != nil {
			return err
		}
	}
	said := courierHello{addresses: lanOnly(hello.Addresses)}
	c.mu.Lock()
	before := c.hellos[device.ID]
	if said.sending, said.said = before.sending, before.said; hello.Sending {
		said.sending, said.said = true, c.uptime()
	}
	c.hellos[device.ID] = said
	m := c.members[device.ID]
	begins := hello.Sending && m != nil && m.plan.Outbox == ""
	c.mu.Unlock()
	if begins || !slices.Equal(before.addresses, said.addresses) {
		c.wake()
	}
	return nil
}

// planFor is the laptop's plan, and what is closed when there may be another. One
// that is not in the plan (enrolled just now, shut out) gets an empty one.
func (c *couriers) planFor(device app.ID) (enrol.CourierPlan, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m := c.members[device]; m != nil {
		return m.plan, c.planned
	}
	plan := enrol.CourierPlan{Province: string(c.node.ID())}
	plan.Version = versionOf(plan)
	return plan, c.planned
}

// versionOf names a plan by its content.
func versionOf(plan enrol.CourierPlan) string {
	plan.Version = ""
	b, _ := json.Marshal(plan)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:12])
}
