// A bot of discord.js: one command that answers with a file, then an edit with a button; and the button.

import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  Events,
  GatewayIntentBits,
  MessageFlags,
  SlashCommandBuilder,
} from "discord.js";

const api = process.env.PLAYGROUND_API.replace(/\/v10$/, "");
const client = new Client({ intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages], rest: { api } });

const draw = new SlashCommandBuilder()
  .setName("draw")
  .setDescription("Draws a dot.")
  .addStringOption((option) => option.setName("colour").setDescription("Which colour?").setRequired(true).setAutocomplete(true));

client.once(Events.ClientReady, (ready) => ready.application.commands.set([draw]));

client.on(Events.InteractionCreate, async (interaction) => {
  if (interaction.isAutocomplete()) {
    const typed = interaction.options.getFocused();
    const colours = ["red", "green", "blue"].filter((colour) => colour.startsWith(typed));
    await interaction.respond(colours.map((colour) => ({ name: colour, value: colour })));
  } else if (interaction.isChatInputCommand()) {
    await interaction.deferReply();
    const colour = interaction.options.getString("colour", true);
    const file = new AttachmentBuilder(Buffer.from(`a dot in ${colour}`), { name: "dot.txt" });
    await interaction.editReply({ content: "Drawing…", files: [file] });
    const button = new ButtonBuilder().setCustomId(`again:${colour}`).setLabel("Again").setStyle(ButtonStyle.Primary);
    await interaction.editReply({ content: `A dot in ${colour}.`, components: [new ActionRowBuilder().addComponents(button)] });
  } else if (interaction.isButton()) {
    const colour = interaction.customId.split(":")[1];
    await interaction.reply({ content: `Again in ${colour}, for ${interaction.user.username}.`, flags: MessageFlags.Ephemeral });
  }
});

process.on("SIGINT", async () => {
  await client.destroy();
  process.exit(0);
});

await client.login(process.env.PLAYGROUND_TOKEN);
