// Package api is the HTTP API: the only door between a screen and the domain.
//
// The very same handlers run on a laptop, over its replica and for its one
// person, and on the provincial server, over the authority and for whoever is
// signed in. What differs between the two sits behind small interfaces
// ([Store], [Commander], [Contents], [Sync], [Sessions] …) that app/desktop
// and app/server implement.
//
// Reading goes through views computed from domain records (names resolved in
// the [app.Directory], deadlines derived, what the person may do asked of
// [app.Can]); everything that changes anything goes through POST
// /api/commands. Errors are RFC 9457 problems that carry [app.Code], a reason
// key and data; the words people read live in the UI.
//
// The description is OpenAPI 3.1, made from the Go types by huma and committed
// as frontend/openapi.json; TestOpenAPIIsCommitted proves that it is current,
// TestEveryRouteRefusesNobody that no route answers a stranger, and the golden
// tests in testdata/ what the answers look like.
package api
