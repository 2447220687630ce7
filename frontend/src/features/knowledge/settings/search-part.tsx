import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AnchorLink } from "@/components/links";
import { useUpdateDataset } from "@/features/knowledge/knowledge-mutations";
import { RetrievalForm } from "@/features/knowledge/retrieval/retrieval-form";
import { fromRetrieval, type RetrievalSettings, sameSearch, toDefaults, wrongIn } from "@/features/knowledge/retrieval/retrieval-settings";
import { Part, type PartProps, SavedForm } from "@/features/knowledge/settings/part";

/** How the dataset is searched where nothing else is asked for. */
export function SearchPart({ dataset, mayEdit }: PartProps) {
  const { t } = useTranslation("knowledge-settings");
  const update = useUpdateDataset(dataset.id);
  const [edited, setEdited] = useState<RetrievalSettings | null>(null);
  const saved = fromRetrieval(dataset.retrieval);
  const shown = edited ?? saved;
  return (
    <Part
      title={t("search.title")}
      hint={
        <>
          {t("search.hint")}{" "}
          <AnchorLink to="/knowledge/$datasetId/retrieval" params={{ datasetId: dataset.id }} size="sm" td="underline">
            {t("search.try")}
          </AnchorLink>
        </>
      }
    >
      <SavedForm
        changed={edited !== null}
        saving={update.isPending}
        saved={update.isSuccess}
        disabled={wrongIn(shown).size > 0}
        error={update.error}
        mayEdit={mayEdit}
        onSave={() => update.mutate({ retrieval: toDefaults(shown) }, { onSuccess: () => setEdited(null) })}
        onReset={() => {
          update.reset();
          setEdited(null);
        }}
      >
        <RetrievalForm
          dataset={dataset}
          value={shown}
          readOnly={!mayEdit}
          onChange={(next) => setEdited(sameSearch(next, saved) && wrongIn(next).size === 0 ? null : next)}
        />
      </SavedForm>
    </Part>
  );
}
