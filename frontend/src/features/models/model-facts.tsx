import { useTranslation } from "react-i18next";
import type { Model } from "@/api/types";
import classes from "@/features/models/models.module.css";
import { compactNumber, tokenPrice } from "@/lib/format";
import { useLanguage } from "@/lib/use-language";

/** Context size and price per million tokens, as far as they are known. */
export function ModelFacts({ model }: { model: Pick<Model, "context_size" | "input_price" | "output_price"> }) {
  const { t } = useTranslation("models");
  const language = useLanguage();
  const { context_size, input_price, output_price } = model;
  return (
    <span className={classes.facts}>
      {context_size !== null && (
        <span title={t("fact.contextExact", { count: context_size })}>
          {t("fact.context", { size: compactNumber(context_size, language) })}
        </span>
      )}
      {input_price !== null && (
        <span title={t("fact.priceHint")}>
          {output_price
            ? t("fact.price", { input: tokenPrice(input_price, language), output: tokenPrice(output_price, language) })
            : t("fact.priceInput", { input: tokenPrice(input_price, language) })}
        </span>
      )}
      {input_price === null && <span>{t("fact.noPrice")}</span>}
    </span>
  );
}
