import { useEffect, useState } from "react";
import { useLanguage } from "@/lib/use-language";
import { exactTime, relativeTime } from "@/lib/format";

/** «3 minutes ago», with the exact time on hover. */
export function RelativeTime({ value }: { value: string }) {
  const language = useLanguage();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={value} title={exactTime(value, language)}>
      {relativeTime(value, language, now)}
    </time>
  );
}
