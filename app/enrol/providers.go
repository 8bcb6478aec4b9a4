package enrol

// PathProviders is where a laptop reaches the keys that its person has at
// providers, on SyncHost. GET → []Provider, those where the person has an account;
// POST PathProviders/{name}/credentials, otp, ask and check are remote.Relay's.
const PathProviders = "/providers"

// Provider is one that keeps keys of persons.
type Provider struct {
	Name  string `json:"name"`
	Title string `json:"title"` // as people know it
}
