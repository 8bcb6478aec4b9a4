package desktop

import (
	"context"
	"net/http"

	"khonggiay/app/api"
)

// feeds asks the server: the private address of a calendar is on the server,
// which other programs reach when this laptop is closed.
type feeds struct{ *App }

const pathFeed = "/api/calendar-feed"

// Feed implements api.Feeds.
func (f feeds) Feed(ctx context.Context, _ api.Viewer) (out api.FeedView, err error) {
	err = devices(f).ask(ctx, http.MethodGet, pathFeed, nil, &out)
	return out, err
}

// MakeFeed implements api.Feeds.
func (f feeds) MakeFeed(ctx context.Context, _ api.Viewer) (out api.NewFeed, err error) {
	err = devices(f).ask(ctx, http.MethodPost, pathFeed, struct{}{}, &out)
	return out, err
}

// RevokeFeed implements api.Feeds.
func (f feeds) RevokeFeed(ctx context.Context, _ api.Viewer) error {
	return devices(f).ask(ctx, http.MethodDelete, pathFeed, nil, nil)
}
