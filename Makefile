# Không Giấy. `make` alone lists the targets. ARGS passes words on, for example
#   make run ARGS="--documents 50000 --reset"      make e2e ARGS="rows.spec.ts"

TAGS := sqlite_fts5,noquic
export TAGS
.DEFAULT_GOAL := help
.PHONY: help run test build lint unit e2e soak windows deb clean

help: ## danh sách này (this list)
	@awk -F':.*## ' '/^[a-z0-9%-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## dựng và mở một tỉnh trình diễn trên máy này (see a province at work)
	@build/bin/khonggiayctl demo $(ARGS)

test: ## mọi kiểm tra: lint, unit, e2e (every check; what CI runs)
	@build/check.sh lint unit e2e

build: ## các chương trình trong build/bin; có cửa sổ nơi có GTK (the programs; a window where GTK is)
	@build/build.sh

lint: ## gofmt, go vet, staticcheck, oxlint, tsc
	@build/check.sh lint

unit: ## kiểm thử Go với -race và vitest (unit tests)
	@build/check.sh unit

e2e: ## câu chuyện chính trong Chromium (the main story, real processes)
	@build/check.sh e2e

soak: ## mô phỏng và phá hỏng lâu dài; SEEDS=20000 ROUNDS=500 (long simulation and faults)
	@build/soak.sh

bench-%: ## số đo sync | store | app | content | sign | meeting | sfu, mỗi dòng một JSON; CORPUS= N= RECORDS= PUBS= POINTS= (figures)
	@go run -tags $(TAGS) ./cmd/bench $* $(if $(CORPUS),--corpus "$(abspath $(CORPUS))") \
		$(if $(N),--n $(N)) $(if $(RECORDS),--records $(RECORDS)) $(if $(OFFICES),--offices $(OFFICES)) \
		$(if $(PUBS),--pubs $(PUBS)) $(if $(POINTS),--points $(POINTS)) $(ARGS)

windows: ## bộ cài Windows của máy trạm (the laptop program's Windows installer)
	@build/windows/build.sh

deb: ## gói Debian của máy trạm và máy chủ (Debian packages of laptop and server)
	@build/deb/build.sh

clean: ## xóa những gì đã dựng (remove what was built)
	@rm -rf build/bin build/cache frontend/test-results frontend/playwright-report
	@find frontend/dist -mindepth 1 -not -name .gitkeep -delete
