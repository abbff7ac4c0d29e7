// The whole life of a claim, by a client made from the description: node life.js ADDRESS REPORTER_KEY EDITOR_KEY.

import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Schemas = components["schemas"];

const STORY =
  "A bridge and its bill\n\nThe council paid four million dollars for the bridge in 2022, two officials said. " +
  "Traffic fell by 12 percent in the same year, according to the council.\n";

function client(address: string, key: string) {
  return createClient<paths>({
    baseUrl: address,
    headers: { Authorization: `Bearer ${key}` },
    // Several values of a parameter go by commas.
    querySerializer: { array: { style: "form", explode: false } },
  });
}

/** What was answered; fails for a refusal. */
function good<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.status} ${answer.response.url} ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

function assert(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

async function main(address: string, reporterKey: string, editorKey: string): Promise<void> {
  const rita = client(address, reporterKey);
  const eda = client(address, editorKey);

  const handed = good(await rita.POST("/api/v1/imports/", { body: { text: STORY, name: "bridge" } }));
  const article = handed.files[0]?.article;
  assert(typeof article === "number", "nothing was filed");
  const found = good(await rita.GET("/api/v1/suggestions/", { params: { query: { article } } }));
  const suggestion = found.results[0] as Schemas["SuggestionRow"];
  const claim = good(
    await rita.POST("/api/v1/suggestions/{id}/accept/", { params: { path: { id: suggestion.id } }, body: {} }),
  );
  const path = { id: claim.id };

  // Two change it; one is told that the other was faster.
  const seen = (await rita.GET("/api/v1/claims/{id}/", { params: { path } })).response.headers.get("ETag") ?? "";
  const change = { params: { path, header: { "If-Match": seen } }, body: { statement: "The bridge cost four million." } };
  good(await rita.PATCH("/api/v1/claims/{id}/", change));
  const late = await eda.PATCH("/api/v1/claims/{id}/", change);
  assert(late.response.status === 412 && late.error?.code === "stale", "412 was expected");

  good(await eda.POST("/api/v1/articles/{id}/open-to-readers/", { params: { path: { id: article } } }));
  const source = good(
    await rita.POST("/api/v1/sources/", { body: { kind: "news_report", title: "Bridge bill", publisher: "The Post" } }),
  );
  const version = good(
    await rita.POST("/api/v1/sources/{source}/versions/", {
      params: { path: { source: source.id } },
      body: { copy_quality: "primary", text: "The bridge cost 4.1 million.", retrieved_at: "2024-11-01T10:00:00Z" },
    }),
  );
  const evidence = good(
    await rita.POST("/api/v1/evidence/", {
      body: { claim: claim.id, source_version: version.id, stance: "supports", passage: "4.1 million" },
    }),
  );
  good(
    await rita.POST("/api/v1/research-steps/", {
      body: { claim: claim.id, question: "The invoice.", place: "The city archive", outcome: "not_found" },
    }),
  );

  async function publish(more: Partial<Schemas["DraftGiven"]>): Promise<Schemas["VerdictDetail"]> {
    const draft = good(
      await rita.POST("/api/v1/drafts/", {
        body: {
          claim: claim.id,
          summary: "It is so, rounded.",
          reasoning: "The paper names 4.1 million [1].",
          evidence: [evidence.id],
          ...more,
        },
      }),
    );
    const of = { path: { id: draft.id } };
    good(await rita.POST("/api/v1/drafts/{id}/submit/", { params: of }));
    const alone = await rita.POST("/api/v1/drafts/{id}/publish/", { params: of });
    assert(alone.response.status === 403, "a reporter published");
    const params = { ...of, header: { "Idempotency-Key": `p-${draft.id}` } };
    const first = good(await eda.POST("/api/v1/drafts/{id}/publish/", { params }));
    const again = good(await eda.POST("/api/v1/drafts/{id}/publish/", { params }));
    assert(first.id === again.id, "published twice");
    return first;
  }

  await publish({ rating: "mostly_supported" });
  const second = await publish({
    rating: "supported",
    correction_kind: "affects_rating",
    correction_note: "The claim is about a round sum.",
  });
  const shown = good(
    await rita.GET("/api/v1/claims/", { params: { query: { class: ["true", "mostly_true"], checked: true } } }),
  );
  assert(shown.results.length === 1, "it is not in the list");
  const withdrawal = good(
    await eda.POST("/api/v1/verdicts/{id}/withdraw/", {
      params: { path: { id: second.id } },
      body: { note: "The paper took it back." },
    }),
  );
  const after = good(await rita.GET("/api/v1/claims/{id}/", { params: { path } })) as Schemas["ClaimDetail"];
  console.log(withdrawal.kind, withdrawal.number, after.current_verdict, after.verdicts.length);
}

const [address, reporterKey, editorKey] = process.argv.slice(2);
if (!address || !reporterKey || !editorKey) throw new Error("life.js ADDRESS REPORTER_KEY EDITOR_KEY");
await main(address, reporterKey, editorKey);
