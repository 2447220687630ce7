import { ActionIcon, Button, Popover, Skeleton, Stack, Tooltip } from "@mantine/core";
import { IconDownload, IconQrcode } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { downloadText } from "@/lib/download";

/** Light modules around the code, as the standard asks for. */
const QUIET = 4;

interface Drawing {
  size: number;
  path: string;
}

/** The dark modules of an address as one path, and how many modules wide it is. */
async function drawingOf(address: string): Promise<Drawing> {
  const { encode } = await import("uqr");
  const { data, size } = encode(address, { border: QUIET });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
  return { size, path };
}

const svgOf = ({ size, path }: Drawing) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>`;

/** An address for the camera of a phone: shown, and as a file for print. */
export function QrCode({ address, name }: { address: string; name: string }) {
  const { t } = useTranslation("publish");
  const [open, setOpen] = useState(false);
  const { data } = useQuery({ queryKey: ["qr", address], queryFn: () => drawingOf(address), enabled: open, staleTime: Infinity });
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" withinPortal shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={t("qr.show")}>
          <ActionIcon variant="default" size={36} aria-label={t("qr.show")} aria-expanded={open} onClick={() => setOpen(!open)}>
            <IconQrcode size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("qr.title")}>
        <Stack align="center" gap="xs">
          {data ? (
            <svg
              role="img"
              aria-label={t("qr.of", { address })}
              viewBox={`0 0 ${data.size} ${data.size}`}
              width={200}
              height={200}
              shapeRendering="crispEdges"
            >
              <rect width={data.size} height={data.size} fill="#fff" />
              <path d={data.path} fill="#000" />
            </svg>
          ) : (
            <Skeleton width={200} height={200} />
          )}
          <Button
            size="xs"
            variant="default"
            disabled={!data}
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => data && downloadText(`${name.replace(/[\\/:*?"<>|\s]+/g, "-")}-qr.svg`, svgOf(data), "image/svg+xml")}
          >
            {t("qr.save")}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
